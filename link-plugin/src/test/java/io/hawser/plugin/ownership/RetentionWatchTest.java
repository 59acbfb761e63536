/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.fetch.AppendOutcome;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.fetch.MirrorLog;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class RetentionWatchTest {

    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);
    private static final MirrorAssignment ORDERS = new MirrorAssignment(
            new TopicPartition("orders", 0),
            Uuid.randomUuid(),
            Uuid.randomUuid(),
            new TopicIdPartition(Uuid.randomUuid(), new TopicPartition("orders", 0)),
            1);

    private final KeepsAWeek log = new KeepsAWeek();
    private final RetentionWatch watch = new RetentionWatch(log);

    @Test
    void warnsOnceAnHourWhenLessThanAQuarterIsLeft() {
        assertThat(look(false, 2 * DAY_MS)).isZero();
        assertThat(look(false, 6 * DAY_MS)).isEqualTo(1);
        assertThat(look(false, 6 * DAY_MS + 60_000)).isZero();
        assertThat(look(false, 6 * DAY_MS + TimeUnit.HOURS.toMillis(1))).isEqualTo(1);
    }

    @Test
    void doesNotWarnOfAMirrorThatHasAllAndWarnsAnewWhenItHasNot() {
        assertThat(look(true, 6 * DAY_MS)).isZero();
        assertThat(look(false, 6 * DAY_MS)).isEqualTo(1);
        assertThat(look(true, 6 * DAY_MS + 1)).isZero();
        assertThat(look(false, 6 * DAY_MS + 2)).isEqualTo(1);
    }

    @Test
    void looksEveryTwentySeconds() {
        assertThat(watch.isDue(DAY_MS)).isTrue();
        assertThat(watch.isDue(DAY_MS + 19_000)).isFalse();
        assertThat(watch.isDue(DAY_MS + 20_000)).isTrue();
    }

    private int look(boolean caughtUp, long nowMs) {
        return watch.look(List.of(ORDERS), partition -> caughtUp, nowMs);
    }

    /** Its last record is of time 0. */
    private static final class KeepsAWeek implements MirrorLog {

        @Override
        public Optional<Retention> retention(MirrorAssignment assignment, long nowMs) {
            return Optional.of(new Retention(7 * DAY_MS - nowMs, 7 * DAY_MS, false));
        }

        @Override
        public Optional<Position> position(MirrorAssignment assignment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public AppendOutcome append(MirrorAssignment assignment, ByteBuffer batches, Consumer<Boolean> replicated) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void raiseLogStart(MirrorAssignment assignment, long offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void restartAt(MirrorAssignment assignment, long offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void completeAppends() {
            throw new UnsupportedOperationException();
        }
    }
}
