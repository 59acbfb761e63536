/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRateLimitTest {

    private static final long START_MS = 1_700_000_000_000L;
    private static final int LARGEST = 16 << 20;
    private static final long TEN_SECONDS_MS = 10_000;

    private long nowMs = START_MS;

    @ParameterizedTest
    @ValueSource(longs = {200_000, 5_000_000, 400_000_000})
    void letsThroughWhatTheRateSaysWithinTenSeconds(long rate) {
        assertThat(takenIn(TEN_SECONDS_MS, new ByteRateLimit(rate, null)))
                .isCloseTo(10 * rate, Percentage.withPercentage(10));
    }

    @Test
    void letsEverythingThroughWithoutARate() {
        ByteRateLimit limit = new ByteRateLimit(ByteRateLimit.UNLIMITED, null);

        limit.took(Long.MAX_VALUE, nowMs);

        assertThat(limit.delayMs(nowMs)).isZero();
        assertThat(limit.slice(LARGEST)).isEqualTo(LARGEST);
        assertThat(limit.throttledMs(nowMs + 1_000)).isZero();
    }

    @Test
    void waitsUntilABatchThatIsMuchLargerIsPaidOff() {
        ByteRateLimit limit = new ByteRateLimit(1_000_000, null);

        limit.took(3_000_000, nowMs);

        assertThat(limit.delayMs(nowMs)).isCloseTo(2_750, within(10L));
        assertThat(limit.delayMs(nowMs + 1_000)).isCloseTo(1_750, within(10L));
        assertThat(limit.delayMs(nowMs + 3_000)).isZero();
        assertThat(limit.throttledMs(nowMs + 60_000)).isCloseTo(2_750, within(10.0));
    }

    @Test
    void savesUpNoMoreThanAQuarterOfASecond() {
        ByteRateLimit limit = new ByteRateLimit(1_000_000, null);
        nowMs += 3_600_000;

        limit.took(1_250_000, nowMs);

        assertThat(limit.delayMs(nowMs)).isCloseTo(1_000, within(10L));
    }

    @Test
    void keepsTwoWithinTheOuterOne() {
        ByteRateLimit broker = new ByteRateLimit(10_000_000, null);
        ByteRateLimit one = new ByteRateLimit(8_000_000, broker);
        ByteRateLimit other = new ByteRateLimit(ByteRateLimit.UNLIMITED, broker);

        long taken = takenIn(TEN_SECONDS_MS, one, other);

        assertThat(taken).isCloseTo(100_000_000L, Percentage.withPercentage(10));
        assertThat(one.isUnlimited()).isFalse();
        assertThat(other.isUnlimited()).isFalse();
    }

    @Test
    void goesByTheNewRateAtOnce() {
        ByteRateLimit limit = new ByteRateLimit(1_000, null);
        limit.took(1_000_000, nowMs);

        limit.change(1_000_000);

        assertThat(limit.delayMs(nowMs)).isZero();
        assertThat(takenIn(TEN_SECONDS_MS, limit)).isCloseTo(10_000_000L, Percentage.withPercentage(10));
    }

    @Test
    void heedsNoClockThatIsSetBack() {
        ByteRateLimit limit = new ByteRateLimit(1_000_000, null);
        limit.took(100_000, nowMs);

        assertThat(limit.delayMs(nowMs - 3_600_000)).isLessThanOrEqualTo(200);
    }

    /** Fetchers that ask whenever they may, and get all that they ask for. */
    private long takenIn(long millis, ByteRateLimit... limits) {
        long taken = 0;
        for (long endMs = nowMs + millis; nowMs < endMs; nowMs++) {
            for (ByteRateLimit limit : limits) {
                if (limit.delayMs(nowMs) == 0) {
                    int bytes = limit.slice(LARGEST);
                    limit.took(bytes, nowMs);
                    taken += bytes;
                }
            }
        }
        return taken;
    }
}
