/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

/** What a mirror topic, or one of its partitions, is doing. The names are those that Cluster Linking users know. */
public enum MirrorState {
    /** Follows the source. */
    ACTIVE,
    /** Stands still because its owner asked for it; read-only. */
    PAUSED,
    /** Stands still because the whole link is paused; read-only. */
    LINK_PAUSED,
    /** The source does not answer; read-only, and tried again. */
    SOURCE_UNAVAILABLE,
    /** On its way to becoming writable; still read-only. */
    PENDING_STOPPED,
    /** Writable; no longer a mirror. */
    STOPPED,
    /** On its way back to being a mirror. */
    PENDING_RESTORE,
    /** Needs an operator; read-only, data kept. */
    FAILED
}
