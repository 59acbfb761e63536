/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import io.hawser.definition.DefinitionRules;
import io.hawser.definition.Definitions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The definitions in force on this node, as Kafka last handed them over.
 *
 * <p>Thread-safe: one thread applies, any thread reads and checks.
 */
public final class LiveDefinitions implements DefinitionsFeed {

    private static final Logger LOG = LoggerFactory.getLogger(LiveDefinitions.class);

    private final List<Consumer<Definitions>> listeners = new CopyOnWriteArrayList<>();
    private final RefusedChanges refusedChanges;
    private volatile ReadDefinitions inForce = ReadDefinitions.NONE;
    private volatile Set<String> keys = Set.copyOf(ReadDefinitions.NONE.keys());
    private volatile Predicate<String> localTopicExists = topic -> false;

    public LiveDefinitions(RefusedChanges refusedChanges) {
        this.refusedChanges = refusedChanges;
    }

    @Override
    public Definitions current() {
        return inForce.definitions();
    }

    @Override
    public Set<String> unreadableMirrors() {
        return inForce.unreadableMirrors();
    }

    @Override
    public void listen(Consumer<Definitions> listener) {
        listeners.add(listener);
    }

    @Override
    public void localTopics(Predicate<String> exists) {
        localTopicExists = exists;
    }

    @Override
    public long refusedChanges() {
        return refusedChanges.count();
    }

    /** Every config key that holds a definition now, and the generation's. Unmodifiable. */
    public Set<String> keys() {
        return keys;
    }

    /**
     * Checks a wanted change against what is in force.
     *
     * @param configs all configs as they would be after the change
     * @throws io.hawser.definition.InvalidDefinitionException with one line for the user
     */
    public void check(Map<String, ?> configs) {
        new DefinitionRules(this::localTopicExists).check(current(), Definitions.parse(configs));
    }

    /**
     * Puts in force what Kafka has committed; nothing can refuse it any more.
     *
     * @param configs all configs of the node
     * @param guard told before any listener, so that no topic is mirrored that is not read-only
     */
    public void apply(Map<String, ?> configs, ReadOnlyGuard guard) {
        ReadDefinitions next = ReadDefinitions.from(configs, current());
        guard.protect(next.guardedTopics());
        if (next.equals(inForce)) {
            return;
        }
        inForce = next;
        keys = Set.copyOf(next.keys());
        next.unreadable()
                .forEach((key, reason) -> LOG.error("{}. It is ignored; a mirror topic stays read-only.", reason));
        listeners.forEach(listener -> tell(listener, next.definitions()));
    }

    private static void tell(Consumer<Definitions> listener, Definitions definitions) {
        try {
            listener.accept(definitions);
        } catch (RuntimeException e) {
            LOG.error("A listener failed on the definitions of generation {}", definitions.generation(), e);
        }
    }

    private boolean localTopicExists(String topic) {
        try {
            return localTopicExists.test(topic);
        } catch (RuntimeException e) {
            LOG.warn("Could not find out whether topic {} exists; taken as no", topic, e);
            return false;
        }
    }
}
