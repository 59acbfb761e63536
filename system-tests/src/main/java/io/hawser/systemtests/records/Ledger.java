/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of all that a {@link Workload} sent to a topic. Immutable.
 *
 * @param topic the topic
 * @param committed acknowledged, and in transactional mode committed: must be readable for good
 * @param aborted acknowledged in a transaction that was aborted: in the log, but never seen under read_committed
 * @param unsettled acknowledged in a transaction whose end the producer could not learn
 * @param failedSends sends that were refused or never answered; their records may or may not be in the log
 * @param failure what ended the workload before it was stopped
 */
public record Ledger(
        String topic,
        List<AcknowledgedRecord> committed,
        List<AcknowledgedRecord> aborted,
        List<AcknowledgedRecord> unsettled,
        long failedSends,
        @Nullable RuntimeException failure) {

    public Ledger {
        committed = List.copyOf(committed);
        aborted = List.copyOf(aborted);
        unsettled = List.copyOf(unsettled);
    }
}
