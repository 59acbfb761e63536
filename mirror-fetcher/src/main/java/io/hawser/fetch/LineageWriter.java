/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.lineage.EpochLineage;

/** Starts to write a partition's lineage, and tells the partition on the fetcher thread when that is done. */
interface LineageWriter {

    void write(MirroredPartition partition, EpochLineage lineage);
}
