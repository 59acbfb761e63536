/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static io.hawser.fetch.Priorities.Priority.HIGH;
import static io.hawser.fetch.Priorities.Priority.LOW;
import static io.hawser.fetch.Priorities.Priority.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.config.LinkConfig;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class PrioritiesTest {

    private static final int MIB = 1 << 20;

    @Test
    void givesFourTimesAsMuchToEachClassAboveAnother() {
        assertThat(HIGH.turnBytes(4 * MIB, 24 * MIB)).isEqualTo(16 * MIB);
        assertThat(NORMAL.turnBytes(4 * MIB, 24 * MIB)).isEqualTo(4 * MIB);
        assertThat(LOW.turnBytes(4 * MIB, 24 * MIB)).isEqualTo(MIB);
    }

    @Test
    void dividesWhatThereIsWhereThatIsLess() {
        assertThat(HIGH.turnBytes(4 * MIB, 2 * MIB)).isEqualTo(2 * MIB);
        assertThat(NORMAL.turnBytes(4 * MIB, 2 * MIB)).isEqualTo(MIB / 2);
        assertThat(LOW.turnBytes(4 * MIB, 2 * MIB)).isEqualTo(MIB / 8);
        assertThat(LOW.turnBytes(4 * MIB, 100_000)).isEqualTo(65_536);
        assertThat(LOW.turnBytes(4 * MIB, 16_384)).isEqualTo(16_384);
    }

    @Test
    void goesByTheNameOfTheMirrorAndTheHigherClassFirst() {
        Priorities.Classes classes =
                new Priorities.Classes(List.of(Pattern.compile("orders|pay.*")), List.of(Pattern.compile(".*s")));

        assertThat(classes.of("orders")).isEqualTo(HIGH);
        assertThat(classes.of("payments")).isEqualTo(HIGH);
        assertThat(classes.of("clicks")).isEqualTo(LOW);
        assertThat(classes.of("prepaid")).isEqualTo(NORMAL);
    }

    @Test
    void isLookedUpAgainOnceItHasChanged() {
        MirroredPartition partition = new Bench().add(0);

        assertThat(partition.priority(Priorities.Classes.NONE)).isEqualTo(NORMAL);
        assertThat(partition.priority(new Priorities.Classes(List.of(Pattern.compile("mirror")), List.of())))
                .isEqualTo(HIGH);
        assertThat(partition.priority(Priorities.Classes.NONE)).isEqualTo(NORMAL);
    }

    @Test
    void refusesWhatIsNoRegularExpression() {
        assertThatThrownBy(() -> LinkConfig.validate(
                        Map.of(LinkConfig.BOOTSTRAP_SERVERS, "a:1", LinkConfig.HIGH_PRIORITY, "orders,pay(")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("mirror.priority.high: 'pay(' is not a regular expression");
    }
}
