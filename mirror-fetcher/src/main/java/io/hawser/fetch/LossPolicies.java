/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

/**
 * What a mirror's owner wants where source and mirror have not the same records any more, and neither is to blame for less.
 * Thread-safe; nothing here blocks.
 *
 * <p>Law: what is answered with true stands in the state topic before anything that follows from it does.
 */
public interface LossPolicies {

    /** Offsets below this one are not wanted, though the source has them; 0 if all are. */
    long startAt(MirrorAssignment assignment);

    /**
     * The source has deleted records before they were mirrored.
     *
     * @param fromOffset first one, inclusive: the mirror's log end offset
     * @param toOffset exclusive: the source's log start offset
     * @return whether to go on behind them
     */
    boolean passOver(MirrorAssignment assignment, long fromOffset, long toOffset);

    /**
     * The mirror holds records that the source has lost.
     *
     * @param fromOffset first one, inclusive
     * @param toOffset exclusive: the mirror's log end offset
     * @return whether they are being dropped; the assignment ends then, and another comes when they are gone
     */
    boolean drop(MirrorAssignment assignment, long fromOffset, long toOffset);
}
