/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.hawser.lineage.EpochLineage;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FetcherThreadTest {

    private final InMemoryMirrorLog log = new InMemoryMirrorLog();
    private final PromptSource source = new PromptSource();
    private final CountedEvents events = new CountedEvents();
    private final FetcherThread fetcher = source.fetcher("east-fetcher-1-0", log, events);

    @AfterEach
    void close() {
        fetcher.close();
    }

    @Test
    void neverWaitsWithNothingInFlightWhileThereIsSomethingToAsk() {
        MirrorAssignment assignment = Bench.assignment(0, 0);
        log.replica(new TopicPartition("mirror", 0)).lead(0);
        fetcher.add(
                new MirroredPartition(
                        assignment, EpochLineage.EMPTY.startingAt(5, 0), 0, 0, false, false, new Sightings()),
                5);

        fetcher.start();

        await().untilAtomic(source.answered, greaterThanOrEqualTo(PromptSource.ROUNDS));
        assertThat(source.idleWaits.get())
                .as("waits of the thread while the source would have answered")
                .isZero();
        await().untilAsserted(() -> assertThat(
                        log.replica(new TopicPartition("mirror", 0)).end())
                .isGreaterThanOrEqualTo(PromptSource.ROUNDS));
    }

    /** A thread that ended would leave its partitions behind, with nobody to take them up. */
    @Test
    void givesItsPartitionsBackAndGoesOnAfterAnErrorOfTheJvm() {
        MirrorAssignment assignment = Bench.assignment(0, 0);
        log.replica(new TopicPartition("mirror", 0)).lead(0);
        source.errors.set(1);
        fetcher.add(
                new MirroredPartition(
                        assignment, EpochLineage.EMPTY.startingAt(5, 0), 0, 0, false, false, new Sightings()),
                5);
        fetcher.start();
        await().untilAtomic(events.lost, greaterThanOrEqualTo(1));

        fetcher.add(
                new MirroredPartition(
                        assignment, EpochLineage.EMPTY.startingAt(5, 0), 0, 0, false, false, new Sightings()),
                5);

        await().untilAsserted(() ->
                assertThat(log.replica(new TopicPartition("mirror", 0)).end()).isPositive());
    }
}
