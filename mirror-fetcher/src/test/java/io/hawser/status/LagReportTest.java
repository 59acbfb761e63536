/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.status.LagReport.PartitionLag;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LagReportTest {

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
}
