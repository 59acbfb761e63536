/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import io.hawser.status.Failure;
import io.hawser.status.FailureCode;

/**
 * Why a whole request to the source came to nothing.
 *
 * <p>Immutable.
 *
 * @param code as operators see it
 * @param message one line that names the broker; never a secret
 */
public record SourceFailure(FailureCode code, String message) {

    /** Whether nothing but waiting or another broker can help. */
    public boolean unreachable() {
        return code == FailureCode.SOURCE_UNREACHABLE || code == FailureCode.WAITING_FOR_SOURCE;
    }

    public Failure at(long nowMs) {
        return new Failure(code, message, nowMs);
    }
}
