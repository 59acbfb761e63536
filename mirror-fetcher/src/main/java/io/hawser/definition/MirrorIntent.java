/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import java.util.Set;

/**
 * What a mirror topic's owner asks for. {@link io.hawser.status.MirrorState} tells what came of it.
 *
 * <p>A topic is read-only for everybody under each intent but {@link #STOPPED} and {@link #REVERSE_CHECK}; so the flip to
 * {@code STOPPED}, one record of the metadata log, is what makes it writable on all brokers.
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
    /** As {@link #FAILOVER}, but without waiting for partitions that have no leader: those follow when they get one. */
    FORCED_FAILOVER,
    /** Writable; set only by the coordinator, at the end of a promotion or failover. */
    STOPPED,
    /** Stay writable; only find out whether the topic can be reversed, and what that would drop. */
    REVERSE_CHECK,
    /**
     * Become a mirror of the cluster that the topic was promoted on: drop what that one does not have, then follow it. The
     * coordinator makes this {@link #MIRROR} at its end.
     */
    REVERSE,
    /** Delete the mirror topic and its data, then forget the definition. */
    DELETE;

    /** Whether the mirror topic refuses writes. */
    public boolean readOnly() {
        return this != STOPPED && this != REVERSE_CHECK;
    }

    /** Whether the topic is, or was, one that takes writes here and is asked to become a mirror. */
    public boolean reverses() {
        return this == REVERSE_CHECK || this == REVERSE;
    }

    /** Whether the topic is to become writable without contacting the source. */
    public boolean failsOver() {
        return this == FAILOVER || this == FORCED_FAILOVER;
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
            // STOPPED, here and below: a promotion that was taken back after its last mirrored offsets were written is
            // carried through.
            case MIRROR -> Set.of(PAUSE, PROMOTE, FAILOVER, FORCED_FAILOVER, DELETE, STOPPED);
            case PAUSE -> Set.of(MIRROR, PROMOTE, FAILOVER, FORCED_FAILOVER, DELETE, STOPPED);
            case PROMOTE -> Set.of(MIRROR, FAILOVER, FORCED_FAILOVER, STOPPED);
            case FAILOVER -> Set.of(FORCED_FAILOVER, STOPPED);
            case FORCED_FAILOVER -> Set.of(STOPPED);
            case STOPPED -> Set.of(REVERSE_CHECK, REVERSE);
            case REVERSE_CHECK -> Set.of(REVERSE, STOPPED);
            // FAILOVER takes a reversal back.
            case REVERSE -> Set.of(MIRROR, FAILOVER, FORCED_FAILOVER, STOPPED);
            case DELETE -> Set.of();
        };
    }
}
