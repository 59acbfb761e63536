/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engine: raw batches from a source broker's fetch answers into mirror logs, at the same offsets.
 *
 * <p>{@link io.hawser.fetch.LinkMirror} owns one link on one destination broker: on its thread it finds the source's
 * leaders and hands each partition to the {@link io.hawser.fetch.FetcherThread} for that source broker. What a fetcher
 * decides is in {@link io.hawser.fetch.BrokerFetch}, {@link io.hawser.fetch.FetchSession} and
 * {@link io.hawser.fetch.MirroredPartition}, which know no thread, socket or clock.
 *
 * <p>Appends through {@link io.hawser.fetch.MirrorLog} and records lineage through
 * {@link io.hawser.fetch.LineageJournal}, so it runs without a broker. Depends on kafka-clients' public types.
 */
@NullMarked
package io.hawser.fetch;

import org.jspecify.annotations.NullMarked;
