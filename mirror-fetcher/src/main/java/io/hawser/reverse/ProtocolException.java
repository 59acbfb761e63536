/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;

/** The other end does not keep to the protocol, or is none of ours. The message is one line and holds nothing of what it sent. */
final class ProtocolException extends IOException {

    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message);
    }

    /** None: where it was found out says nothing, and strangers should not cost that much. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
