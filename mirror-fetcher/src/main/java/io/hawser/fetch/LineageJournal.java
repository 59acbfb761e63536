/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.lineage.EpochLineage;
import java.util.concurrent.CompletionStage;

/**
 * Where the source's leader epochs of each partition are kept. Thread-safe; nothing here blocks.
 *
 * <p>Law: the stage of {@link #record} completes only when the lineage would survive the loss of this broker.
 */
public interface LineageJournal {

    /** The lineage as the last leader left it. */
    CompletionStage<EpochLineage> load(MirrorAssignment assignment);

    /** Replaces the lineage. */
    CompletionStage<Void> record(MirrorAssignment assignment, EpochLineage lineage);
}
