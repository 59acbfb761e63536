/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelMemoryTest {

    private static final int MIB = 1 << 20;

    private final ReceiveMemory memory = new ReceiveMemory(4 * MIB);
    private final ChannelMemory channel = new ChannelMemory(memory);
    private final ChannelMemory other = new ChannelMemory(memory);

    @Test
    void lendsWhatWasAskedForOutsideTheHeap() {
        ByteBuffer answer = channel.tryAllocate(MIB + 3);

        assertThat(answer).isNotNull();
        assertThat(answer.isDirect()).isTrue();
        assertThat(answer.remaining()).isEqualTo(MIB + 3);
        assertThat(memory.lentBytes()).isBetween(MIB + 3L, MIB + MIB / 4L);
    }

    @Test
    void takesSmallAnswersFromTheHeapAndDoesNotCountThem() {
        ByteBuffer answer = channel.tryAllocate(16 * 1024);

        assertThat(answer).isNotNull();
        assertThat(answer.isDirect()).isFalse();
        assertThat(memory.lentBytes()).isZero();
    }

    @Test
    void refusesWhatIsAboveTheLimitUntilAnotherChannelGivesBack() {
        channel.tryAllocate(3 * MIB);
        channel.answered();

        assertThat(other.tryAllocate(2 * MIB)).isNull();
        assertThat(other.isOutOfMemory()).isTrue();
        channel.releaseAnswers(1);

        assertThat(other.isOutOfMemory()).isFalse();
        assertThat(other.tryAllocate(2 * MIB)).isNotNull();
        assertThat(other.isOutOfMemory()).isFalse();
    }

    @Test
    void lendsToOneAnswerThatIsLargerThanAllAndToNobodyBesides() {
        assertThat(channel.tryAllocate(9 * MIB)).isNotNull();
        channel.answered();

        assertThat(other.tryAllocate(MIB)).isNull();
        channel.releaseAnswers(1);
        assertThat(other.tryAllocate(MIB)).isNotNull();
        assertThat(channel.tryAllocate(9 * MIB)).isNull();
    }

    @Test
    void keepsTheAnswerThatIsBeingReceivedWhenThoseBeforeAreReleased() {
        channel.tryAllocate(MIB);
        channel.answered();
        channel.tryAllocate(2 * MIB);

        channel.releaseAnswers(1);

        assertThat(memory.lentBytes()).isEqualTo(2 * MIB);
        channel.answered();
        channel.releaseAnswers(1);
        assertThat(memory.lentBytes()).isZero();
    }

    @Test
    void releasesTheOldestAnswersWhateverTheirSizes() {
        channel.tryAllocate(100);
        channel.answered();
        channel.tryAllocate(MIB);
        channel.answered();
        channel.tryAllocate(2 * MIB);
        channel.answered();

        channel.releaseAnswers(1);
        assertThat(memory.lentBytes()).isEqualTo(3 * MIB);
        channel.releaseAnswers(1);
        assertThat(memory.lentBytes()).isEqualTo(2 * MIB);
    }

    @Test
    void givesBackWhatNobodyCouldRead() {
        channel.tryAllocate(MIB);
        channel.answered();
        channel.tryAllocate(2 * MIB);
        channel.answered();

        channel.releaseLatestAnswer();

        assertThat(memory.lentBytes()).isEqualTo(MIB);
    }

    @Test
    void givesBackWhatABrokenConnectionWasReceivingAndAllWhenItCloses() {
        ByteBuffer broken = channel.tryAllocate(MIB);
        channel.release(broken);
        assertThat(memory.lentBytes()).isZero();

        channel.tryAllocate(MIB);
        channel.answered();
        channel.tryAllocate(MIB);
        channel.close();

        assertThat(memory.lentBytes()).isZero();
    }

    @Test
    void usesBuffersAgain() {
        ByteBuffer first = channel.tryAllocate(MIB);
        first.putInt(0, 42);
        channel.answered();
        channel.releaseAnswers(1);

        assertThat(channel.tryAllocate(MIB).getInt(0)).isEqualTo(42);
    }

    /** Many sizes, in any order: neither the limit is broken nor is anything lost. */
    @Test
    void staysWithinTheLimitWhateverIsAskedFor() {
        Random random = new Random(3);
        Deque<ByteBuffer> lent = new ArrayDeque<>();
        for (int i = 0; i < 3_000; i++) {
            if (random.nextBoolean() || lent.isEmpty()) {
                ByteBuffer buffer = memory.tryLend(20_000 + random.nextInt(2 * MIB));
                if (buffer != null) {
                    lent.add(buffer);
                }
            } else {
                memory.giveBack(lent.remove());
            }
            assertThat(memory.lentBytes())
                    .isEqualTo(lent.stream().mapToLong(ByteBuffer::capacity).sum())
                    .isLessThanOrEqualTo(4 * MIB);
        }
        lent.forEach(memory::giveBack);
        assertThat(memory.lentBytes()).isZero();
    }

    @Test
    void needsNoPoolForQuestions() {
        ChannelMemory heap = new ChannelMemory(null);

        assertThat(heap.tryAllocate(9 * MIB).isDirect()).isFalse();
        heap.answered();
        heap.releaseAnswers(1);
        heap.close();
    }
}
