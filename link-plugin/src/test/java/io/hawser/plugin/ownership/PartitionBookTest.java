/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.plugin.ExampleDefinitions;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.broker.HostBroker;
import io.hawser.plugin.local.LocalAdmin;
import io.hawser.plugin.local.LocalCluster;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.PartitionStatus.PartitionLoss;
import io.hawser.status.PartitionStatus.PartitionTruncation;
import io.hawser.status.StateKey;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class PartitionBookTest {

    private static final Uuid MIRROR = Uuid.randomUuid();
    private static final Uuid INCARNATION = Uuid.randomUuid();
    private static final Uuid SOURCE = Uuid.randomUuid();
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final PartitionLoss LOSS = new PartitionLoss(FailureCode.FAILED_OVER, 3, 5, 0);

    private final HeldStore store = new HeldStore();
    private final PartitionBook book = new PartitionBook(1, store, assignment -> true);

    @Test
    void readsWhatTheLeaderBeforeHasLeftInEachTurn() {
        assertThat(book.haveRead(List.of(led(4)))).isFalse();
        store.writtenElsewhere(StateKey.partition("orders", 0), leftBy(2, 3).withLoss(LOSS));
        assertThat(book.haveRead(List.of(led(4)))).isFalse();

        store.readAll();

        assertThat(book.haveRead(List.of(led(4)))).isTrue();
        assertThat(book.status(led(4)).losses()).containsExactly(LOSS);
        assertThat(book.haveRead(List.of(led(6)))).isFalse();
        store.readAll();
        assertThat(book.haveRead(List.of(led(6)))).isTrue();
        book.retain(Set.of());
        assertThat(book.haveRead(List.of(led(6)))).isFalse();
    }

    @Test
    void takesTheWordOfWhoLedBetweenTwoTurnsOfItsOwn() {
        book.change(led(4), status -> status);
        store.writtenElsewhere(StateKey.partition("orders", 0), leftBy(2, 5).withLoss(LOSS));
        book.haveRead(List.of(led(6)));
        store.readAll();

        assertThat(book.status(led(6)).losses()).containsExactly(LOSS);
        assertThat(book.status(led(6)).leader()).isEqualTo(1);
    }

    @Test
    void dropsNothingThatTheNextLeaderWouldNotKnowOf() {
        List<Long> truncated = new ArrayList<>();
        HostBroker broker = (HostBroker) Proxy.newProxyInstance(
                HostBroker.class.getClassLoader(), new Class<?>[] {HostBroker.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("truncate");
                    truncated.add((Long) arguments[1]);
                    return false;
                });
        LocalCluster local =
                new LocalCluster(1, Map.of(), new Endpoint("PLAINTEXT", SecurityProtocol.PLAINTEXT, "127.0.0.1", 1));
        try (LocalAdmin admin = new LocalAdmin(local)) {
            PartitionTruncations truncations = new PartitionTruncations(broker, book, admin, Time.SYSTEM);
            assertThat(truncations.holdUp(led(4))).isTrue();
            store.readAll();
            assertThat(truncations.holdUp(led(4))).isFalse();
            book.change(led(4), status -> status.truncating(PartitionTruncation.to(3, List.of(1))));
            assertThat(truncations.holdUp(led(4))).isTrue();
            follow(truncations);
            assertThat(truncated).isEmpty();
            store.refuseAll();
            follow(truncations);
            assertThat(truncated).isEmpty();

            book.change(led(4), status -> status);
            store.keepAll();
            follow(truncations);

            assertThat(truncated).containsExactly(3L);
        }
    }

    private static void follow(PartitionTruncations truncations) {
        MirrorDefinition definition = ExampleDefinitions.with(1, "orders", MirrorIntent.MIRROR)
                .mirror("orders")
                .orElseThrow();
        Ownership.Led topic = new Ownership.Led(definition, MirrorStatus.fresh(definition, 1, 0), List.of(led(4)));
        ClusterView cluster = (ClusterView) Proxy.newProxyInstance(
                ClusterView.class.getClassLoader(), new Class<?>[] {ClusterView.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("topic");
                    return Optional.of(new ClusterView.Topic(
                            MIRROR, List.of(new ClusterView.Partition(1, 4, List.of(1), List.of(1)))));
                });
        truncations.follow(topic, cluster, partition -> false);
    }

    private static PartitionStatus leftBy(int leader, int epoch) {
        return PartitionStatus.fresh(INCARNATION, leader, epoch);
    }

    private static MirrorAssignment led(int epoch) {
        return new MirrorAssignment(ORDERS, MIRROR, INCARNATION, new TopicIdPartition(SOURCE, ORDERS), epoch);
    }
}
