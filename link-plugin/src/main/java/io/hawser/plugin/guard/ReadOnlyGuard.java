/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import io.hawser.definition.TopicNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.jspecify.annotations.Nullable;

/**
 * Refuses changes of mirror topics to everybody, before the delegate is asked; {@link TopicChange} has the matrix.
 *
 * <p>Invariant: an action that changes a read-only topic is never answered by ALLOWED, except to the plugin's own admin
 * requests ({@link PluginRequests}). The state topic is one that the plugin alone writes to; its configs are the operator's. Every
 * other answer is the delegate's. With one exception in form: while there are read-only topics, DeleteTopics and CreateTopics are decided per topic, so their question for all topics is answered
 * by DENIED and each topic is granted what the delegate grants for the topic <em>or</em> for the cluster.
 *
 * <p>Thread-safe. A request that touches no mirror costs one look-up per topic that it would change and allocates
 * nothing.
 *
 * <p>Failure semantics: before {@link #protect} was called for the first time the topics are unknown, as on a controller
 * that has just started; changes are then answered by {@link NotControllerException}, upon which brokers and clients try
 * again.
 */
public final class ReadOnlyGuard {

    private final Authorizer delegate;
    private final PluginRequests pluginRequests;
    private final RefusedChanges refusedChanges;
    // Never changed once it is here. A hash set, since names that differ in a number only crowd together in
    // Set.copyOf's
    // table, where each look-up then walks past hundreds of them.
    private volatile @Nullable Set<String> readOnlyTopics;

    public ReadOnlyGuard(Authorizer delegate, PluginRequests pluginRequests, RefusedChanges refusedChanges) {
        this.delegate = delegate;
        this.pluginRequests = pluginRequests;
        this.refusedChanges = refusedChanges;
    }

    /** From the next request on exactly these topics are read-only. */
    public void protect(Set<String> topics) {
        readOnlyTopics = new HashSet<>(topics);
    }

    /** As {@link Authorizer#authorize}: one result per action, in the order of the actions. */
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        Set<String> topics = readOnlyTopics;
        if (topics == null) {
            requireNoChange(context.requestType(), actions);
        } else if (!topics.isEmpty() && concerns(topics, context.requestType(), actions)) {
            return new Decision(topics, context).on(actions);
        }
        return delegate.authorize(context, actions);
    }

    private static void requireNoChange(int requestType, List<Action> actions) {
        for (Action action : actions) {
            if (TopicChange.isAskedBy(requestType, action) || TopicChange.isAskedForAllBy(requestType, action)) {
                throw new NotControllerException("This node has not yet loaded which topics are mirrors");
            }
        }
    }

    /** Indexed, since the list is mostly of one element and an iterator would be the only allocation. */
    private static boolean concerns(Set<String> topics, int requestType, List<Action> actions) {
        if (TopicChange.clusterWideRight(requestType) != null) {
            return true;
        }
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            if (TopicChange.isAskedBy(requestType, action)
                    && topics.contains(action.resourcePattern().name())) {
                return true;
            }
        }
        return false;
    }

    /** The answer to one request that concerns read-only topics. Confined to the request's thread. */
    private final class Decision {

        private final Set<String> topics;
        private final AuthorizableRequestContext context;
        private final int requestType;
        private final boolean fromPlugin;
        private @Nullable Boolean rightToAll;

        Decision(Set<String> topics, AuthorizableRequestContext context) {
            this.topics = topics;
            this.context = context;
            this.requestType = context.requestType();
            this.fromPlugin = pluginRequests.includes(context);
        }

        List<AuthorizationResult> on(List<Action> actions) {
            AuthorizationResult[] results = new AuthorizationResult[actions.size()];
            List<Action> undecided = new ArrayList<>(actions.size());
            for (int i = 0; i < results.length; i++) {
                AuthorizationResult result = withoutDelegate(actions.get(i));
                if (result == null) {
                    undecided.add(actions.get(i));
                } else {
                    results[i] = result;
                }
            }
            if (undecided.size() == actions.size()) {
                return delegate.authorize(context, actions);
            }
            fillIn(results, undecided);
            return Arrays.asList(results);
        }

        /** What the guard answers by itself; null if the delegate decides. */
        private @Nullable AuthorizationResult withoutDelegate(Action action) {
            if (isRefused(action)) {
                refusedChanges.record(context, action);
                return AuthorizationResult.DENIED;
            }
            if (fromPlugin) {
                return null;
            }
            if (TopicChange.isAskedForAllBy(requestType, action)) {
                return AuthorizationResult.DENIED;
            }
            return TopicChange.isCoveredByRightToAll(requestType, action) && hasRightToAll()
                    ? AuthorizationResult.ALLOWED
                    : null;
        }

        private boolean isRefused(Action action) {
            String topic = action.resourcePattern().name();
            if (!TopicChange.isAskedBy(requestType, action) || !topics.contains(topic)) {
                return false;
            }
            return topic.equals(TopicNames.STATE_TOPIC)
                    ? !fromPlugin && action.operation() != AclOperation.ALTER_CONFIGS
                    : !fromPlugin || action.operation() == AclOperation.WRITE;
        }

        private boolean hasRightToAll() {
            if (rightToAll == null) {
                AclOperation right = TopicChange.clusterWideRight(requestType);
                rightToAll = right != null && ClusterRight.isGranted(delegate, context, right);
            }
            return rightToAll;
        }

        private void fillIn(@Nullable AuthorizationResult[] results, List<Action> undecided) {
            if (undecided.isEmpty()) {
                return;
            }
            var answers = delegate.authorize(context, undecided).iterator();
            for (int i = 0; i < results.length; i++) {
                if (results[i] == null) {
                    results[i] = answers.next();
                }
            }
        }
    }
}
