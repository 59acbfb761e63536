/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Records written, read back and compared: a {@link io.hawser.systemtests.records.Workload} writes while a test does its
 * worst and keeps a ledger of what was acknowledged, a {@link io.hawser.systemtests.records.TopicReader} reads what a
 * client sees, a {@link io.hawser.systemtests.records.SegmentComparison} looks at the bytes that replicas have on disk, and a
 * {@link io.hawser.systemtests.records.MirrorComparison} at all that makes a mirror what its source is.
 *
 * <p>It may depend on Kafka's client and storage jars and on Jackson, and on nothing of Hawser, not even on the clusters beside it: it
 * gets client properties and data directories. A workload has one thread of its own; all else runs on the caller's.
 */
@NullMarked
package io.hawser.systemtests.records;

import org.jspecify.annotations.NullMarked;
