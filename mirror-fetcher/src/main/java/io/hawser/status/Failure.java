/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

/**
 * Why something does not go on.
 *
 * <p>Immutable.
 *
 * @param code for scripts
 * @param message for people: what, where, with which figures; never a secret
 * @param sinceMs when it began, in milliseconds since the epoch
 */
public record Failure(FailureCode code, String message, long sinceMs) {

    /** The same failure met again keeps the time at which it began. */
    public Failure since(Failure earlier) {
        return earlier.code == code ? new Failure(code, message, earlier.sinceMs) : this;
    }
}
