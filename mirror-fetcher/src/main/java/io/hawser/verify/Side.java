/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.status.VerificationDifference.Kind;

/** One of the two logs that are compared. */
public enum Side {
    SOURCE(Kind.MISSING_ON_MIRROR, Kind.UNREADABLE_ON_SOURCE),
    MIRROR(Kind.MISSING_ON_SOURCE, Kind.UNREADABLE_ON_MIRROR);

    private final Kind alone;
    private final Kind unreadable;

    Side(Kind alone, Kind unreadable) {
        this.alone = alone;
        this.unreadable = unreadable;
    }

    public Side other() {
        return this == SOURCE ? MIRROR : SOURCE;
    }

    /** What is the matter with something that only this side has. */
    Kind alone() {
        return alone;
    }

    /** What is the matter with something on this side that is no batch. */
    Kind unreadable() {
        return unreadable;
    }
}
