/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.definition.TopicNames;
import io.hawser.status.CoordinatorEpoch;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/** Reads the state topic; each read goes on where the last one ended. Confined to the command's thread. */
final class StateReader implements AutoCloseable {

    private static final TopicPartition PARTITION = new TopicPartition(TopicNames.STATE_TOPIC, 0);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final ClientSettings settings;
    private final Admin admin;
    private final StateSnapshot snapshot = new StateSnapshot();
    private @Nullable KafkaConsumer<String, byte[]> consumer;

    StateReader(ClientSettings settings, Admin admin) {
        this.settings = settings;
        this.admin = admin;
    }

    /**
     * All that is in the topic now; empty while there is no such topic.
     *
     * @throws CommandFailure if it may not be read
     */
    StateSnapshot readToEnd() {
        try {
            return read();
        } catch (AuthorizationException e) {
            throw CommandFailure.failed("The brokers do not allow this: whoever looks at links needs READ on the topic "
                    + TopicNames.STATE_TOPIC);
        }
    }

    private StateSnapshot read() {
        KafkaConsumer<String, byte[]> reader = consumer;
        if (reader == null) {
            if (!topicExists()) {
                return snapshot;
            }
            reader = settings.consumer();
            reader.assign(List.of(PARTITION));
            consumer = reader;
        }
        long end = reader.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (reader.position(PARTITION) < end) {
            if (System.nanoTime() > deadlineNs) {
                throw CommandFailure.failed("The state topic " + TopicNames.STATE_TOPIC
                        + " cannot be read up to its end: none of its replicas serves it now");
            }
            reader.poll(POLL)
                    .forEach(record ->
                            snapshot.apply(record.key(), record.value(), CoordinatorEpoch.of(record.headers())));
        }
        return snapshot;
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }

    private boolean topicExists() {
        return ControlPlane.topicExists(admin, TopicNames.STATE_TOPIC);
    }
}
