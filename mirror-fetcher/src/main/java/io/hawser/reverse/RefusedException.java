/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;

/** One end has refused the other, for a reason that both know. */
final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    RefusedException(Refusal refusal, String message) {
        super(message);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }

    /** None: where it was found out says nothing, and strangers should not cost that much. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
