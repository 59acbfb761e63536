/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import java.util.Set;

/**
 * What a mirror topic's owner asks for. {@link io.hawser.status.MirrorState} tells what came of it.
 *
 * <p>A topic is read-only for everybody under each intent but {@link #STOPPED}; so the flip to {@code STOPPED}, one
 * record of the metadata log, is what makes it writable on all brokers.
 */
public enum MirrorIntent {
    /** Follow the source. */
    MIRROR,
    /** Stand still, stay read-only. */
    PAUSE,
    /** Drain the source, prove that nothing is left, then become writable. */
    PROMOTE,
    /** Become writable with what is here, without contacting the source. */
    FAILOVER,
    /** Writable; set only by the coordinator, at the end of a promotion or failover. */
    STOPPED,
    /** Delete the mirror topic and its data, then forget the definition. */
    DELETE;

    /** Whether the mirror topic refuses writes. */
    public boolean readOnly() {
        return this != STOPPED;
    }

    /** Whether partition leaders fetch from the source. */
    public boolean fetches() {
        return this == MIRROR || this == PROMOTE;
    }

    /** Whether this intent may be replaced by {@code next}. */
    public boolean mayBecome(MirrorIntent next) {
        if (next == this) {
            return true;
        }
        return successors().contains(next);
    }

    private Set<MirrorIntent> successors() {
        return switch (this) {
            // STOPPED: a promotion that was taken back after its last mirrored offsets were written is carried through.
            case MIRROR -> Set.of(PAUSE, PROMOTE, FAILOVER, DELETE, STOPPED);
            case PAUSE -> Set.of(MIRROR, PROMOTE, FAILOVER, DELETE);
            case PROMOTE -> Set.of(MIRROR, FAILOVER, STOPPED);
            case FAILOVER -> Set.of(STOPPED);
            case STOPPED, DELETE -> Set.of();
        };
    }
}
