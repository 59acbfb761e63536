/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LinkCeilingTest {

    private static final int MIB = 1 << 20;

    @Test
    void dividesWhatIsUnderWayByTheRoundTrip() {
        LinkCeiling ceiling = LinkCeiling.of("east", 80.0, 16 * MIB, 4 * MIB, 2, false);

        assertThat(ceiling.maxBytesPerSecond()).isEqualTo(2L * 16 * MIB * 1000 / 80);
        assertThat(ceiling.onePartitionMaxBytesPerSecond()).isEqualTo(4L * MIB * 1000 / 80);
    }

    /** Ten million bytes fit on a line of 1 Gbit/s that is 80 ms long: so long it is idle after each answer. */
    @Test
    void tellsWhatIsReachedOfALineAndWhatItTakesToReachMore() {
        LinkCeiling ceiling = LinkCeiling.of("east", 80.0, 10_000_000, 4 * MIB, 1, false);

        LinkCeiling.Line line = ceiling.lines().get(1);
        assertThat(line.name()).isEqualTo("1 Gbit/s");
        assertThat(line.share()).isCloseTo(0.5, within(0.001));
        assertThat(line.fetchersForNinetyPercent()).isEqualTo(9);
        assertThat(ceiling.lines().get(2).fetchersForNinetyPercent()).isNull();
        assertThat(ceiling.text()).contains("num.cluster.link.fetchers", "socket.send.buffer.bytes", "1.3 MB/s");
    }

    @Test
    void advisesNothingWhereTheRoundTripCostsNothing() {
        assertThat(LinkCeiling.of("east", 0.2, 16 * MIB, 4 * MIB, 1, false).text())
                .contains("0.2 ms", "100 %")
                .doesNotContain("num.cluster.link.fetchers=");
    }

    @Test
    void saysThatNothingIsKnownYet() {
        LinkCeiling ceiling = LinkCeiling.of("east", null, 16 * MIB, 4 * MIB, 1, false);

        assertThat(ceiling.maxBytesPerSecond()).isNull();
        assertThat(ceiling.text()).contains("not measured yet");
    }

    @Test
    void reckonsWithOneFetchWhileTheLinkHasPriorities() {
        LinkCeiling ceiling = LinkCeiling.of("east", 80.0, 16 * MIB, 4 * MIB, 2, true);

        assertThat(ceiling.maxBytesPerSecond()).isEqualTo(16L * MIB * 1000 / 80);
        assertThat(ceiling.text())
                .contains("1 at a time", "mirror.priority.high")
                .doesNotContain("num.cluster.link.fetchers");
    }
}
