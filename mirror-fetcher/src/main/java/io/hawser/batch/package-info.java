/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Record batches as they travel from a source broker's answer into the mirror's log: found, checked and rewritten in
 * place.
 *
 * <p>The order of use is fixed: a {@link io.hawser.batch.BatchWalk} finds the whole batches in the records of one
 * partition, a {@link io.hawser.batch.BatchRewriter} gives each of them the destination's leader epoch and the mirrored
 * producer id, and the caller appends the contiguous bytes. Nothing is decompressed, copied or allocated on the way.
 *
 * <p>May depend on the JDK and jspecify only: no Kafka class, so that Kafka's internals can move without touching this
 * package. Owns no thread; every class here runs on the fetcher thread that owns the partition's records.
 */
package io.hawser.batch;
