/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BackgroundReceiverTest {

    private final PromptSource source = new PromptSource();
    private final BackgroundReceiver receiver = new BackgroundReceiver("test-receiver", source);
    private final AtomicInteger done = new AtomicInteger();

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void doesTheWorkAloneWhereNoThreadCanBeHad() {
        receiver.close();

        receiver.receiveDuring(done::incrementAndGet, () -> false);

        assertThat(done).hasValue(1);
    }

    @Test
    void throwsWhatTheWorkThrewAndKeepsWhatPollingThrew() {
        source.errors.set(1);

        assertThatThrownBy(() -> receiver.receiveDuring(
                        () -> {
                            untilPolled();
                            throw new IllegalStateException("the work");
                        },
                        () -> false))
                .isInstanceOf(IllegalStateException.class)
                .satisfies(error -> assertThat(error.getSuppressed())
                        .hasOnlyElementsOfType(InternalError.class)
                        .hasSize(1));
    }

    @Test
    void lendsAgainAfterPollingHasThrown() {
        source.errors.set(1);
        assertThatThrownBy(() -> receiver.receiveDuring(this::untilPolled, () -> false))
                .isInstanceOf(InternalError.class);

        for (int round = 0; round < 100; round++) {
            receiver.receiveDuring(done::incrementAndGet, () -> false);
        }

        assertThat(done).hasValue(100);
        assertThat(source.sharedUses)
                .as("uses of the channel by two threads at once")
                .hasValue(0);
    }

    private void untilPolled() {
        while (source.errors.get() > 0) {
            Thread.onSpinWait();
        }
    }
}
