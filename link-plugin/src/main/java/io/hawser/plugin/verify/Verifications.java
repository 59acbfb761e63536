/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.verify;

import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.fetch.ByteRateLimit;
import io.hawser.plugin.ownership.Ownership;
import io.hawser.status.StateKey;
import io.hawser.status.VerificationStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * The comparisons of this broker: a thread for each link that has some.
 *
 * <p>Confined to the control thread; no call blocks.
 */
public final class Verifications implements AutoCloseable {

    private final VerificationContext context;
    private final Function<String, ByteRateLimit> limits;
    private final Map<String, Entry> entries = new HashMap<>();

    private record Entry(LinkDefinition link, String sourceClusterId, VerificationThread thread) {}

    /** @param limits by the link's name, of all that is read of its source */
    public Verifications(VerificationContext context, Function<String, ByteRateLimit> limits) {
        this.context = context;
        this.limits = limits;
    }

    /** Compares what is wanted, as far as it has not been compared yet. */
    public void follow(Ownership ownership, Definitions definitions) {
        Set<String> lacking = context.state().toWriteAgain();
        Map<String, List<Due>> byLink = ownership.toVerify().stream()
                .collect(Collectors.groupingBy(
                        led -> led.definition().link(),
                        Collectors.flatMapping(
                                led -> Due.of(led).stream().filter(due -> isOpen(due, lacking)), Collectors.toList())));
        endChanged(ownership, definitions);
        entries.forEach((name, entry) -> entry.thread().assign(byLink.getOrDefault(name, List.of())));
        byLink.forEach((name, due) -> {
            LinkDefinition link = definitions.links().get(name);
            Optional<String> clusterId = link == null ? Optional.empty() : ownership.sourceClusterId(link);
            if (link != null && clusterId.isPresent() && !due.isEmpty()) {
                assign(link, clusterId.get(), due);
            }
        });
    }

    @Override
    public void close() {
        entries.values().forEach(entry -> entry.thread().close());
        entries.clear();
    }

    private void assign(LinkDefinition link, String clusterId, List<Due> due) {
        Entry known = entries.get(link.name());
        if (known == null || !known.thread().assign(due)) {
            VerificationThread thread = new VerificationThread(link, clusterId, context, limits.apply(link.name()));
            thread.assign(due);
            thread.start();
            entries.put(link.name(), new Entry(link, clusterId, thread));
        }
    }

    private void endChanged(Ownership ownership, Definitions definitions) {
        entries.values().removeIf(entry -> {
            LinkDefinition link = definitions.links().get(entry.link().name());
            boolean current = entry.link().equals(link)
                    && ownership
                            .sourceClusterId(entry.link())
                            .filter(entry.sourceClusterId()::equals)
                            .isPresent();
            if (!current) {
                entry.thread().close();
            }
            return !current;
        });
    }

    private boolean isOpen(Due due, Set<String> lacking) {
        TopicPartition mirror = due.assignment().mirror();
        StateKey<VerificationStatus> key = StateKey.verification(mirror.topic(), mirror.partition());
        return lacking.contains(key.text())
                || context.state()
                        .snapshot()
                        .value(key)
                        .filter(status ->
                                status.incarnation().equals(due.assignment().incarnation()))
                        .filter(status ->
                                status.verification().equals(due.wanted().id()))
                        .filter(VerificationStatus::ended)
                        .isEmpty();
    }
}
