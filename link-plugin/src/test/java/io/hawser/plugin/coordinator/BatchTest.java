/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class BatchTest {

    private final Queue<Runnable> worker = new ArrayDeque<>();
    private final List<Set<Integer>> runs = new ArrayList<>();

    @Test
    void doesAtOnceWhatHasComeByThen() {
        Batch<Integer, String> batch = new Batch<>(worker::add, this::answer);
        CompletableFuture<String> one = batch.ask(1);
        CompletableFuture<String> two = batch.ask(2);
        CompletableFuture<String> again = batch.ask(1);

        work();
        CompletableFuture<String> later = batch.ask(1);
        work();

        assertThat(runs).containsExactly(Set.of(1, 2), Set.of(1));
        assertThat(List.of(one, two, again, later))
                .extracting(CompletableFuture::join)
                .containsExactly("1", "2", "1", "1");
    }

    @Test
    void splitsWhatIsTooMuchForOneRun() {
        Batch<Integer, String> batch = new Batch<>(worker::add, this::answer);
        List<CompletableFuture<String>> asked =
                IntStream.range(0, 600).mapToObj(batch::ask).toList();

        work();

        assertThat(runs).hasSizeGreaterThan(1).allSatisfy(run -> assertThat(run).hasSizeLessThan(600));
        assertThat(runs.stream().mapToInt(Collection::size).sum()).isEqualTo(600);
        assertThat(asked).allMatch(CompletableFuture::isDone);
    }

    @Test
    void failsWhatARunLeavesOpenAndNothingElse() {
        Batch<Integer, String> batch = new Batch<>(worker::add, asked -> {
            asked.get(1).complete("1");
            throw new KafkaException("broken");
        });
        CompletableFuture<String> done = batch.ask(1);
        CompletableFuture<String> open = batch.ask(2);

        work();

        assertThat(done).isCompletedWithValue("1");
        assertThat(open)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("broken");
    }

    private void answer(Map<Integer, CompletableFuture<String>> asked) {
        runs.add(Set.copyOf(asked.keySet()));
        asked.forEach((number, answer) -> answer.complete(number.toString()));
    }

    private void work() {
        while (!worker.isEmpty()) {
            worker.remove().run();
        }
    }
}
