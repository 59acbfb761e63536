/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import io.hawser.definition.Definitions;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The one source of definitions inside a broker, and what the guard wants to know in return.
 *
 * <p>Implementations are thread-safe.
 */
public interface DefinitionsFeed {

    /** What is in force on this node now; never behind what the guard enforces. */
    Definitions current();

    /** Mirror topics whose definition does not parse: read-only, and missing in {@link #current()}. Unmodifiable. */
    Set<String> unreadableMirrors();

    /**
     * Tells the listener of each later change, in order, on the thread that applies metadata: it must return at once and
     * may throw nothing. Ask {@link #current()} after registering; a change may be seen by both.
     */
    void listen(Consumer<Definitions> listener);

    /**
     * Lets new mirrors be refused whose name a local topic has. Asked on request threads; must not block.
     *
     * @param exists whether the cluster has a topic of that name
     */
    void localTopics(Predicate<String> exists);

    /** How many changes of mirror topics the guard has refused since the node started. */
    long refusedChanges();
}
