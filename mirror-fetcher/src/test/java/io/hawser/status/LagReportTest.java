/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.status.LagReport.PartitionLag;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class LagReportTest {

    private static final Uuid STOP = Uuid.randomUuid();
    private static final PartitionLag BEFORE =
            new PartitionLag("orders", 1, 2, 10L, 9, 8, 1L, 100L, 50L, 20L, 3, 1_000L, 5_000L, STOP);

    @Test
    void findsEachPartitionWhateverTheOrderThatItWasGivenIn() {
        List<PartitionLag> lags = new ArrayList<>();
        for (String topic : List.of("a", "a.b", "b", "ab")) {
            for (int partition = 0; partition < 11; partition++) {
                lags.add(lag(topic, partition));
            }
        }
        Collections.shuffle(lags, new Random(7));

        LagReport report = new LagReport(1, "east", 5, 0, lags);

        assertThat(lags)
                .allSatisfy(lag -> assertThat(report.partition(lag.topic(), lag.partition()))
                        .contains(lag));
    }

    @Test
    void findsNothingOfAPartitionThatTheBrokerDoesNotLead() {
        LagReport report = new LagReport(1, "east", 5, 0, List.of(lag("a", 1), lag("c", 0)));

        assertThat(report.partition("a", 0)).isEmpty();
        assertThat(report.partition("a", 2)).isEmpty();
        assertThat(report.partition("b", 0)).isEmpty();
        assertThat(new LagReport(1, "east", 5, 0, List.of()).partition("a", 0)).isEmpty();
    }

    private static PartitionLag lag(String topic, int partition) {
        return new PartitionLag(topic, partition, 5, 100L, 100, 100, 0L, 0L, 0L, 200L, 1, null, null, null);
    }

    @Test
    void isStillAsItWasWhileOnlyTimeGoesBy() {
        assertThat(new PartitionLag("orders", 1, 2, 10L, 9, 8, 1L, 100L, 51L, 21L, 3, 999L, 5_000L, STOP)
                        .isStill(BEFORE))
                .isTrue();
    }

    @Test
    void isNotWhatItWasOnceAnyOtherFigureIsAnother() {
        assertThat(List.of(
                        new PartitionLag("others", 1, 2, 10L, 9, 8, 1L, 100L, 50L, 20L, 3, 1_000L, 5_000L, STOP),
                        new PartitionLag("orders", 2, 2, 10L, 9, 8, 1L, 100L, 50L, 20L, 3, 1_000L, 5_000L, STOP),
                        new PartitionLag("orders", 1, 3, 10L, 9, 8, 1L, 100L, 50L, 20L, 3, 1_000L, 5_000L, STOP),
                        new PartitionLag("orders", 1, 2, 11L, 9, 8, 1L, 100L, 50L, 20L, 3, 1_000L, 5_000L, STOP),
                        new PartitionLag("orders", 1, 2, 10L, 10, 8, 1L, 100L, 50L, 20L, 3, 1_000L, 5_000L, STOP),
                        new PartitionLag("orders", 1, 2, 10L, 9, 9, 1L, 100L, 50L, 20L, 3, 1_000L, 5_000L, STOP),
                        new PartitionLag("orders", 1, 2, 10L, 9, 8, null, 100L, 50L, 20L, 3, 1_000L, 5_000L, STOP),
                        new PartitionLag("orders", 1, 2, 10L, 9, 8, 1L, 101L, 50L, 20L, 3, 1_000L, 5_000L, STOP),
                        new PartitionLag("orders", 1, 2, 10L, 9, 8, 1L, 100L, 50L, 20L, null, 1_000L, 5_000L, STOP),
                        new PartitionLag("orders", 1, 2, 10L, 9, 8, 1L, 100L, 50L, 20L, 3, 1_000L, null, STOP),
                        new PartitionLag("orders", 1, 2, 10L, 9, 8, 1L, 100L, 50L, 20L, 3, 1_000L, 5_000L, null)))
                .noneMatch(now -> now.isStill(BEFORE));
    }
}
