/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.LinkConfig;
import io.hawser.source.SourceException;

/**
 * Something that one link does again and again besides its data, on the coordinating broker.
 *
 * <p>Confined to a thread of its own, so that none holds up another.
 *
 * <p>Failure semantics: a run that throws is tried again, after a while that grows; another broker that takes over begins with
 * a new run. So a run must end with the right result whatever an earlier one has left half done.
 */
public interface LinkTask {

    /** In lower case with hyphens; unique in the link. */
    String name();

    /** Whether the link's properties ask for it. */
    default boolean isEnabled(LinkConfig config) {
        return true;
    }

    /** From the end of a good run to the next one. */
    long intervalMs(LinkConfig config);

    /** Whether there is something that must not wait for the interval to pass. */
    default boolean isUrgent(LinkWork work) {
        return false;
    }

    /** Whether a promotion waits for a run that began after the source was drained. */
    default boolean endsPromotions() {
        return false;
    }

    /**
     * One run.
     *
     * @throws SourceException if the source did not answer or refused all of it
     * @throws org.apache.kafka.common.KafkaException if the local cluster did
     */
    TaskReport run(LinkWork work) throws SourceException;
}
