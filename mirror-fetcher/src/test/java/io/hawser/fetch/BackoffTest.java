/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    @ParameterizedTest
    @CsvSource({"0, 200", "1, 400", "2, 800", "3, 1600", "5, 5000", "40, 5000", "2147483647, 5000"})
    void doublesWithEachFailureUpToTheCap(int failuresBefore, long ceilingMs) {
        Backoff backoff = new Backoff(200, 5_000, new Random(7));

        LongStream delays = LongStream.range(0, 500).map(draw -> backoff.delayMs(failuresBefore));

        assertThat(delays.boxed().toList()).allMatch(delayMs -> delayMs >= 200 && delayMs <= ceilingMs);
    }

    @Test
    void spreadsThoseThatFailedTogether() {
        Backoff backoff = new Backoff(200, 5_000, new Random(7));

        long different = LongStream.range(0, 100)
                .map(draw -> backoff.delayMs(10))
                .distinct()
                .count();

        assertThat(different).isGreaterThan(80);
    }

    @Test
    void waitsAtLeastAMillisecondEvenIfNoPauseIsWanted() {
        Backoff backoff = new Backoff(0, 0, new Random(7));

        assertThat(backoff.delayMs(0)).isEqualTo(1);
        assertThat(backoff.delayMs(9)).isEqualTo(1);
    }
}
