/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

/** What a link as a whole is doing. */
public enum LinkState {
    /** The coordinator has not reached the source yet. */
    CONNECTING,
    ACTIVE,
    PAUSED,
    SOURCE_UNAVAILABLE,
    /** Of a link's source half: some broker here reaches no broker there. */
    DESTINATION_UNAVAILABLE,
    FAILED
}
