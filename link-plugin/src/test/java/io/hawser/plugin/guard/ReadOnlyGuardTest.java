/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import static io.hawser.plugin.guard.Request.onCluster;
import static io.hawser.plugin.guard.Request.onTopic;
import static org.apache.kafka.server.authorizer.AuthorizationResult.ALLOWED;
import static org.apache.kafka.server.authorizer.AuthorizationResult.DENIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.definition.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadOnlyGuardTest {

    private static final String MIRROR = "mirror";
    private static final String OTHER = "other";
    private static final String PLUGIN = PluginRequests.CLIENT_ID_PREFIX + "1-admin";

    private final RefusedChanges refused = new RefusedChanges(() -> 0L);
    private RulesAuthorizer delegate = new RulesAuthorizer();
    private ReadOnlyGuard guard = guard(Map.of());

    @ParameterizedTest(name = "{0} asks {1}")
    @CsvSource({
        "PRODUCE, WRITE",
        "ADD_PARTITIONS_TO_TXN, WRITE",
        "DELETE_RECORDS, DELETE",
        "CREATE_PARTITIONS, ALTER",
        "ALTER_CONFIGS, ALTER_CONFIGS",
        "INCREMENTAL_ALTER_CONFIGS, ALTER_CONFIGS",
        "CREATE_TOPICS, CREATE",
        "DELETE_TOPICS, DELETE"
    })
    void refusesEveryChangeOfAMirrorAndOfNothingElse(ApiKeys api, AclOperation operation) {
        assertThat(ask(Request.of(api), onTopic(operation, MIRROR))).containsExactly(DENIED);
        assertThat(ask(Request.of(api), onTopic(operation, OTHER))).containsExactly(ALLOWED);
        assertThat(refused.count()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} asks {1}")
    @CsvSource({
        "FETCH, READ",
        "LIST_OFFSETS, DESCRIBE",
        "OFFSET_COMMIT, READ",
        "TXN_OFFSET_COMMIT, READ",
        "SHARE_FETCH, READ",
        "SHARE_ACKNOWLEDGE, READ",
        "DESCRIBE_CONFIGS, DESCRIBE_CONFIGS",
        "DELETE_TOPICS, DESCRIBE",
        "METADATA, DESCRIBE",
        "METADATA, CREATE",
        "STREAMS_GROUP_HEARTBEAT, CREATE"
    })
    void letsAMirrorBeReadDescribedAndWaitedFor(ApiKeys api, AclOperation operation) {
        assertThat(ask(Request.of(api), onTopic(operation, MIRROR))).containsExactly(ALLOWED);
    }

    @ParameterizedTest(name = "{0} asks {1}")
    @CsvSource({
        "ALTER_PARTITION_REASSIGNMENTS, ALTER",
        "ELECT_LEADERS, ALTER",
        "ALTER_REPLICA_LOG_DIRS, ALTER",
        "ADD_PARTITIONS_TO_TXN, CLUSTER_ACTION",
        "WRITE_TXN_MARKERS, CLUSTER_ACTION",
        "ALTER_PARTITION, CLUSTER_ACTION",
        "INIT_PRODUCER_ID, IDEMPOTENT_WRITE",
        "METADATA, CREATE"
    })
    void leavesTheClustersOwnWorkToTheDelegate(ApiKeys api, AclOperation operation) {
        assertThat(ask(Request.of(api), onCluster(operation))).containsExactly(ALLOWED);
    }

    @Test
    void failsAMixedRequestForItsMirrorsOnlyAndKeepsTheOrder() {
        delegate =
                new RulesAuthorizer(action -> !action.resourcePattern().name().equals("forbidden"));
        guard = guard(Map.of());
        Action[] actions = {
            onTopic(AclOperation.WRITE, OTHER),
            onTopic(AclOperation.WRITE, MIRROR),
            onTopic(AclOperation.WRITE, "forbidden"),
            onTopic(AclOperation.WRITE, "third")
        };

        List<AuthorizationResult> results = ask(Request.of(ApiKeys.PRODUCE), actions);

        assertThat(results).containsExactly(ALLOWED, DENIED, DENIED, ALLOWED);
        assertThat(delegate.asked()).containsExactly(List.of(actions[0], actions[2], actions[3]));
    }

    @Test
    void doesNotAskTheDelegateAboutMirrorsAlone() {
        ask(Request.of(ApiKeys.PRODUCE), onTopic(AclOperation.WRITE, MIRROR));

        assertThat(delegate.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"DELETE_TOPICS, DELETE", "CREATE_TOPICS, CREATE"})
    void decidesPerTopicWhatTheDelegateGrantsForTheCluster(ApiKeys api, AclOperation right) {
        delegate = new RulesAuthorizer(action -> action.resourcePattern().resourceType() == ResourceType.CLUSTER);
        guard = guard(Map.of());

        assertThat(ask(Request.of(api), onCluster(right))).containsExactly(DENIED);
        assertThat(ask(Request.of(api), onTopic(right, MIRROR), onTopic(right, OTHER)))
                .containsExactly(DENIED, ALLOWED);
    }

    @Test
    void showsTheTopicsToWhomeverMayDeleteThemAll() {
        delegate = new RulesAuthorizer(action -> action.operation() == AclOperation.DELETE);
        guard = guard(Map.of());

        assertThat(ask(
                        Request.of(ApiKeys.DELETE_TOPICS),
                        onTopic(AclOperation.DESCRIBE, MIRROR),
                        onTopic(AclOperation.DESCRIBE, OTHER)))
                .containsExactly(ALLOWED, ALLOWED);
    }

    @Test
    void leavesTheTopicsToTheDelegateWithoutARightToAll() {
        delegate = new RulesAuthorizer(action -> action.resourcePattern().name().equals("mine"));
        guard = guard(Map.of());

        assertThat(ask(
                        Request.of(ApiKeys.DELETE_TOPICS),
                        onTopic(AclOperation.DELETE, "mine"),
                        onTopic(AclOperation.DELETE, OTHER),
                        onTopic(AclOperation.DELETE, MIRROR)))
                .containsExactly(ALLOWED, DENIED, DENIED);
    }

    @Test
    void leavesEverythingToTheDelegateWhileThereIsNoMirror() {
        guard.protect(Set.of());

        assertThat(ask(Request.of(ApiKeys.DELETE_TOPICS), onCluster(AclOperation.DELETE)))
                .containsExactly(ALLOWED);
        assertThat(ask(Request.of(ApiKeys.PRODUCE), onTopic(AclOperation.WRITE, MIRROR)))
                .containsExactly(ALLOWED);
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE_TOPICS, CREATE",
        "CREATE_PARTITIONS, ALTER",
        "INCREMENTAL_ALTER_CONFIGS, ALTER_CONFIGS",
        "DELETE_TOPICS, DELETE"
    })
    void letsThePluginsOwnAdminRequestsPass(ApiKeys api, AclOperation operation) {
        Request request = Request.of(api).withClientId(PLUGIN);

        assertThat(ask(request, onTopic(operation, MIRROR))).containsExactly(ALLOWED);
        assertThat(refused.count()).isZero();
    }

    @Test
    void letsNobodyProduceToAMirrorNotEvenThePlugin() {
        assertThat(ask(Request.of(ApiKeys.PRODUCE).withClientId(PLUGIN), onTopic(AclOperation.WRITE, MIRROR)))
                .containsExactly(DENIED);
    }

    @ParameterizedTest(name = "{0} asks {1}")
    @CsvSource({
        "PRODUCE, WRITE",
        "ADD_PARTITIONS_TO_TXN, WRITE",
        "DELETE_RECORDS, DELETE",
        "DELETE_TOPICS, DELETE",
        "CREATE_PARTITIONS, ALTER",
        "CREATE_TOPICS, CREATE"
    })
    void letsThePluginAloneChangeTheStateTopic(ApiKeys api, AclOperation operation) {
        guard.protect(Set.of(MIRROR, TopicNames.STATE_TOPIC));
        Action change = onTopic(operation, TopicNames.STATE_TOPIC);

        assertThat(ask(Request.of(api), change)).containsExactly(DENIED);
        assertThat(ask(Request.of(api).withClientId(PLUGIN), change)).containsExactly(ALLOWED);
        delegate = new RulesAuthorizer(action -> action.operation() != AclOperation.CLUSTER_ACTION);
        guard = guard(Map.of());
        guard.protect(Set.of(TopicNames.STATE_TOPIC));
        assertThat(ask(Request.of(api).withClientId(PLUGIN), change)).containsExactly(DENIED);
    }

    @Test
    void leavesTheStateTopicsConfigsAndReadersToTheDelegate() {
        guard.protect(Set.of(TopicNames.STATE_TOPIC));

        assertThat(ask(
                        Request.of(ApiKeys.INCREMENTAL_ALTER_CONFIGS),
                        onTopic(AclOperation.ALTER_CONFIGS, TopicNames.STATE_TOPIC)))
                .containsExactly(ALLOWED);
        assertThat(ask(Request.of(ApiKeys.FETCH), onTopic(AclOperation.READ, TopicNames.STATE_TOPIC)))
                .containsExactly(ALLOWED);
    }

    @Test
    void doesNotTrustAClientIdWithoutTheRightsOfABroker() {
        delegate = new RulesAuthorizer(action -> action.operation() != AclOperation.CLUSTER_ACTION);
        guard = guard(Map.of());

        assertThat(ask(Request.of(ApiKeys.CREATE_PARTITIONS).withClientId(PLUGIN), onTopic(AclOperation.ALTER, MIRROR)))
                .containsExactly(DENIED);
    }

    @Test
    void trustsNobodyButTheConfiguredPrincipals() {
        guard = guard(Map.of(PluginRequests.PRINCIPALS_CONFIG, "User:broker-1; User:broker-2"));
        Request request = Request.of(ApiKeys.CREATE_PARTITIONS).withClientId(PLUGIN);
        Action grow = onTopic(AclOperation.ALTER, MIRROR);

        assertThat(ask(request.as("broker-2"), grow)).containsExactly(ALLOWED);
        assertThat(ask(request.as("admin"), grow)).containsExactly(DENIED);
        assertThat(ask(request.as("broker-2").withClientId("shell"), grow)).containsExactly(DENIED);
    }

    @Test
    void sendsChangesAwayForARetryUntilTheMirrorsAreKnown() {
        guard = new ReadOnlyGuard(delegate, PluginRequests.configured(Map.of(), delegate), refused);

        assertThatThrownBy(() -> ask(Request.of(ApiKeys.CREATE_PARTITIONS), onTopic(AclOperation.ALTER, OTHER)))
                .isInstanceOf(NotControllerException.class);
        assertThatThrownBy(() -> ask(Request.of(ApiKeys.DELETE_TOPICS), onCluster(AclOperation.DELETE)))
                .isInstanceOf(NotControllerException.class);
        assertThat(ask(Request.of(ApiKeys.VOTE), onCluster(AclOperation.CLUSTER_ACTION)))
                .containsExactly(ALLOWED);
    }

    @Test
    void doesNotCountQuestionsOnWhichNoChangeDepends() {
        Action silent = new Action(
                AclOperation.WRITE, onTopic(AclOperation.WRITE, MIRROR).resourcePattern(), 1, false, false);

        assertThat(ask(Request.of(ApiKeys.METADATA), silent)).containsExactly(DENIED);
        assertThat(refused.count()).isZero();
    }

    private ReadOnlyGuard guard(Map<String, String> configs) {
        ReadOnlyGuard fresh = new ReadOnlyGuard(delegate, PluginRequests.configured(configs, delegate), refused);
        fresh.protect(Set.of(MIRROR));
        return fresh;
    }

    private List<AuthorizationResult> ask(Request request, Action... actions) {
        return guard.authorize(request, List.of(actions));
    }
}
