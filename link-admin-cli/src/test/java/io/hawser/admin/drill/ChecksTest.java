/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.admin.view.DrillView;
import io.hawser.admin.view.DrillView.Check;
import io.hawser.admin.view.DrillView.State;
import io.hawser.admin.view.DrillView.Verdict;
import io.hawser.config.LinkConfig;
import io.hawser.definition.PluginSetting;
import io.hawser.status.BrokerStatus;
import io.hawser.status.StateCodec;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/** What follows from what clusters answer, or do not. */
class ChecksTest {

    private static final Map<String, Looked<Boolean>> SEEN = Map.of("orders", Looked.known(true));
    private static final long GIB = 1L << 30;
    private static final Map<String, String> MIRRORS = Map.of("copy.orders", "orders");

    private final StateSnapshot snapshot = new StateSnapshot();

    @Test
    void neverTakesWhatIsNotKnownForWell() {
        Looked<Map<Integer, String>> refused = Looked.at("brokers", "DESCRIBE_CONFIGS on the cluster", () -> {
            throw new ClusterAuthorizationException("no");
        });
        Looked<String> silent = Looked.at("ACLs", "DESCRIBE", () -> {
            throw new TimeoutException("late");
        });

        List<List<Check>> all = List.of(
                refused.check("plugin", answer -> BrokerChecks.plugin(answer, snapshot)),
                silent.check("acls", answer -> List.of(Check.ok("acls", answer))),
                silent.then(Looked::known).check("groups", answer -> List.of(Check.ok("groups", "well"))),
                BrokerChecks.plugin(Map.of(1, PluginSetting.PLUGIN), snapshot),
                BrokerChecks.versions(Set.of(1), snapshot),
                BrokerChecks.disk(Map.of(1, Map.of("/data", new LogDirDescription(null, Map.of()))), Map.of()),
                ReplicaChecks.of(Map.of("orders", Looked.unknown("AUTHORIZATION", "no")), Map.of()),
                ReplicaChecks.of(Map.of("orders", Looked.known(topic(3, 3))), Map.of()),
                GroupChecks.of(Map.of("billing", Looked.unknown("AUTHORIZATION", "no")), SEEN, link()),
                GroupChecks.of(Map.of(), Map.of("orders", Looked.unknown("AUTHORIZATION", "no")), link()),
                PrincipalChecks.of(MIRRORS, Optional.empty(), Optional.of(List.of())));

        assertThat(all)
                .allSatisfy(checks -> assertThat(checks)
                        .isNotEmpty()
                        .allMatch(check -> check.state() == State.UNKNOWN && check.code() != null));
        assertThat(all.get(0).get(0).message()).contains("link-admin needs DESCRIBE_CONFIGS on the cluster");
        assertThat(all)
                .allSatisfy(checks ->
                        assertThat(DrillView.of("east", checks, null).verdict()).isEqualTo(Verdict.NOT_PROVEN));
    }

    @Test
    void isReadyOnlyIfNothingFailsAndNothingIsUnknown() {
        Check ok = Check.ok("link", "well");
        Check unknown = Check.unknown("acls", "AUTHORIZATION", "no");
        Check failed = Check.fail("disk", "DISK_FULL", "full");

        assertThat(verdict(ok, Check.warn("acls", "LEFT_OUT", "some"), Check.skipped("disk")))
                .isEqualTo(Verdict.READY);
        assertThat(verdict(ok, unknown)).isEqualTo(Verdict.NOT_PROVEN);
        assertThat(verdict(failed, unknown, ok)).isEqualTo(Verdict.NOT_READY);
    }

    @Test
    void asksEachBrokerForThePlugin() {
        running(1, true, "1.0");
        running(2, false, "1.0");
        running(3, true, "1.1");

        List<Check> checks = BrokerChecks.plugin(
                Map.of(1, PluginSetting.PLUGIN, 2, PluginSetting.PLUGIN, 3, "kafka.Other"), snapshot);

        assertThat(checks).extracting(Check::code).containsExactlyInAnyOrder("LINKS_NOT_RUNNING", "NO_PLUGIN");
        assertThat(BrokerChecks.plugin(Map.of(1, PluginSetting.PLUGIN), snapshot))
                .singleElement()
                .matches(check -> check.state() == State.OK);
        assertThat(BrokerChecks.versions(Set.of(1, 3), snapshot))
                .singleElement()
                .matches(check -> check.state() == State.WARN && "VERSIONS_DIFFER".equals(check.code()));
        assertThat(BrokerChecks.versions(Set.of(1, 2), snapshot)).allMatch(check -> check.state() == State.OK);
    }

    @Test
    void measuresDisksAgainstThemselvesAndWhatIsToCome() {
        assertThat(disk(space(100, 60), 0)).containsExactly("OK null");
        assertThat(disk(space(100, 10), 0)).containsExactly("WARN DISK_LOW");
        assertThat(disk(space(100, 2), 0)).containsExactly("FAIL DISK_FULL");
        assertThat(disk(space(100, 60), 70 * GIB)).containsExactly("FAIL DISK_TOO_SMALL");
        assertThat(disk(new LogDirDescription(new KafkaStorageException("broken"), Map.of()), 0))
                .containsExactly("FAIL LOG_DIR_FAILED");
    }

    @Test
    void comparesReplicasWithWhatProducersNeed() {
        assertThat(replicas(topic(3, 3), 2)).containsExactly("OK null");
        assertThat(replicas(topic(3, 2), 2)).containsExactly("WARN UNDER_REPLICATED");
        assertThat(replicas(topic(2, 2), 2)).containsExactly("WARN NO_SPARE_REPLICA");
        assertThat(replicas(topic(3, 1), 2)).containsExactly("FAIL NOT_ENOUGH_REPLICAS");
        assertThat(replicas(topic(1, 1), 2)).containsExactly("FAIL TOO_FEW_REPLICAS");
        assertThat(replicas(topic(3, 0), 1)).containsExactly("FAIL NO_LEADER");
    }

    @Test
    void findsWhoMayWriteThereAndNotHere() {
        AclBinding there = acl("orders", PatternType.LITERAL, "User:app", AclPermissionType.ALLOW, AclOperation.WRITE);

        assertThat(principals(List.of(there), List.of()))
                .singleElement()
                .matches(check -> check.state() == State.FAIL && check.message().contains("copy.orders: User:app"));
        assertThat(principals(
                        List.of(there),
                        List.of(acl(
                                "copy.", PatternType.PREFIXED, "User:*", AclPermissionType.ALLOW, AclOperation.ALL))))
                .singleElement()
                .matches(check -> check.state() == State.OK && check.message().startsWith("1 principals"));
        assertThat(principals(
                        List.of(there),
                        List.of(
                                acl("*", PatternType.LITERAL, "User:app", AclPermissionType.ALLOW, AclOperation.WRITE),
                                acl(
                                        "copy.orders",
                                        PatternType.LITERAL,
                                        "User:app",
                                        AclPermissionType.DENY,
                                        AclOperation.WRITE))))
                .allMatch(check -> check.state() == State.FAIL);
        assertThat(principals(
                        List.of(
                                there,
                                acl("*", PatternType.LITERAL, "User:*", AclPermissionType.DENY, AclOperation.ALL),
                                acl(
                                        "orders",
                                        PatternType.LITERAL,
                                        "User:b",
                                        AclPermissionType.ALLOW,
                                        AclOperation.READ),
                                acl(
                                        "other",
                                        PatternType.LITERAL,
                                        "User:c",
                                        AclPermissionType.ALLOW,
                                        AclOperation.WRITE)),
                        List.of()))
                .allMatch(check -> check.state() == State.OK);
        assertThat(PrincipalChecks.of(MIRRORS, Optional.of(List.of(there)), Optional.empty()))
                .allMatch(check -> check.state() == State.OK);
    }

    @Test
    void namesGroupsOfMirroredTopicsThatDoNotFollow() {
        Map<String, Looked<Set<String>>> groups = Map.of(
                "billing", Looked.known(Set.of("orders")),
                "other", Looked.known(Set.of("unrelated")));

        assertThat(GroupChecks.of(groups, SEEN, link()))
                .singleElement()
                .matches(check -> check.state() == State.WARN && check.message().startsWith("billing: "));
        assertThat(
                        GroupChecks.of(
                                groups,
                                SEEN,
                                link(
                                        "consumer.offset.sync.enable",
                                        "true",
                                        "consumer.offset.group.filters",
                                        "{\"groupFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"}]}")))
                .singleElement()
                .matches(check -> check.state() == State.OK && check.message().endsWith("follow: 1"));
    }

    @Test
    void tellsTheSameOfManyInOneLine() {
        Findings findings = new Findings("mirrors");
        IntStream.range(0, 10).forEach(number -> findings.fail("FAILED", "t" + number, "stands still"));

        assertThat(findings.checks("well"))
                .containsExactly(Check.fail("mirrors", "FAILED", "t0, t1, t2 and 7 more: stands still"));
    }

    @Test
    void countsAsLostWhatWasAcknowledgedBeforeAndNotMirrored() {
        long atNs = Long.MIN_VALUE + 7_000_000_000L;
        List<Acknowledged> all = List.of(
                new Acknowledged(0, 9, atNs - 5_000_000_000L),
                new Acknowledged(0, 10, atNs - 2_000_000_000L),
                new Acknowledged(1, 5, atNs),
                new Acknowledged(1, 6, atNs + 1));

        assertThat(Loss.of(all, Map.of(0, 10L, 1, 5L), atNs)).isEqualTo(new Loss(3, 2, 2_000));
        assertThat(Loss.of(all, Map.of(0, 11L, 1, 6L), atNs)).isEqualTo(new Loss(3, 0, 0));
        assertThat(Loss.of(all, Map.of(), atNs)).isEqualTo(new Loss(3, 3, 5_000));
    }

    private static Verdict verdict(Check... checks) {
        return DrillView.of("east", List.of(checks), null).verdict();
    }

    private void running(int broker, boolean running, String version) {
        BrokerStatus status =
                new BrokerStatus(broker, version, "4.3.1", running, running ? null : "no memory", 1, 1, 0, List.of());
        snapshot.apply(StateKey.broker(broker).text(), StateCodec.write(status));
    }

    private static LogDirDescription space(long totalGib, long usableGib) {
        return new LogDirDescription(null, Map.of(), totalGib * GIB, usableGib * GIB);
    }

    private static List<String> disk(LogDirDescription dir, long lackingBytes) {
        return told(BrokerChecks.disk(Map.of(1, Map.of("/data", dir)), Map.of(1, lackingBytes)));
    }

    private static List<String> replicas(TopicDescription topic, int minInSync) {
        return told(ReplicaChecks.of(Map.of("orders", Looked.known(topic)), Map.of("orders", Looked.known(minInSync))));
    }

    private static List<String> told(List<Check> checks) {
        return checks.stream().map(check -> check.state() + " " + check.code()).toList();
    }

    private static TopicDescription topic(int replicas, int inSync) {
        List<Node> nodes = IntStream.range(1, replicas + 1)
                .mapToObj(id -> new Node(id, "host", 9092))
                .toList();
        Node leader = inSync == 0 ? Node.noNode() : nodes.get(0);
        return new TopicDescription(
                "orders", false, List.of(new TopicPartitionInfo(0, leader, nodes, nodes.subList(0, inSync))));
    }

    private static List<Check> principals(Collection<AclBinding> there, Collection<AclBinding> here) {
        return PrincipalChecks.of(MIRRORS, Optional.of(there), Optional.of(here));
    }

    private static AclBinding acl(
            String topic, PatternType pattern, String principal, AclPermissionType permission, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, pattern),
                new AccessControlEntry(principal, "*", operation, permission));
    }

    private static LinkConfig link(String... more) {
        Map<String, String> configs = new HashMap<>(Map.of("bootstrap.servers", "east:9092"));
        for (int i = 0; i < more.length; i += 2) {
            configs.put(more[i], more[i + 1]);
        }
        return LinkConfig.unresolved(configs);
    }
}
