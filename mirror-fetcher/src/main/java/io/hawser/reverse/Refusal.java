/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.util.Arrays;

/** Why one end does not go on with the other. */
public enum Refusal {
    /** A reason of a later version. */
    UNKNOWN(0),
    UNSUPPORTED_VERSION(1),
    REMOTE_LINK_NOT_FOUND(2),
    SECRET_MISMATCH(3),
    /** The link is to another cluster than the one that dials. */
    OTHER_CLUSTER(4),
    /** Both ends are the same cluster. */
    SAME_CLUSTER(5),
    /** There are as many connections as may be. */
    LIMIT(6),
    /** The source has no Kafka listener of the name that the link gives. */
    NO_LISTENER(7);

    private final int code;

    Refusal(int code) {
        this.code = code;
    }

    /** On the wire. */
    int code() {
        return code;
    }

    static Refusal of(int code) {
        return Arrays.stream(values())
                .filter(refusal -> refusal.code == code)
                .findFirst()
                .orElse(UNKNOWN);
    }
}
