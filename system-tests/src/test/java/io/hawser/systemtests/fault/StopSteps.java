/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.systemtests.cluster.ProcessCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Follows, in the state topic, one mirror topic on its way to becoming writable. Confined to the test's thread.
 */
final class StopSteps implements AutoCloseable {

    static final String STATE_TOPIC = "__hawser_state";

    private static final TopicPartition STATE = new TopicPartition(STATE_TOPIC, 0);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What can be seen of the way, in its order. */
    enum Step {
        /** The coordinator has taken up what was asked for. */
        ASKED(true, "/state", "PENDING_STOPPED"),
        /** Leaders are asked to stop. */
        FENCING(true, "/stopping/step", "FENCE"),
        /** One has told where its log ends. */
        ONE_FENCED(false, "/state", "PENDING_STOPPED"),
        /** The last mirrored offsets are written down. */
        SEALING(true, "/stopping/step", "SEAL"),
        /** One leader has aborted what was open. */
        ONE_SEALED(false, "/stopping/sealed", "true"),
        /** The topic is writable. */
        OPENING(true, "/definition/intent", "STOPPED");

        private final boolean ofTopic;
        private final String field;
        private final String value;

        /** @param ofTopic whether the coordinator's word on the topic tells, or a leader's on a partition */
        Step(boolean ofTopic, String field, String value) {
            this.ofTopic = ofTopic;
            this.field = field;
            this.value = value;
        }

        boolean isReached(boolean stateOfTopic, JsonNode state) {
            return ofTopic == stateOfTopic && state.at(field).asText().equals(value);
        }
    }

    private final KafkaConsumer<String, String> consumer;
    private final String topic;
    private final Set<List<Long>> lastMirroredOffsets = new LinkedHashSet<>();

    private StopSteps(KafkaConsumer<String, String> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    /** Follows what is written from now on. */
    static StopSteps of(ProcessCluster cluster, String topic) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
        consumer.assign(List.of(STATE));
        consumer.seekToEnd(List.of(STATE));
        consumer.position(STATE);
        return new StopSteps(consumer, topic);
    }

    void await(Step step) throws Exception {
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (!poll(step)) {
            assertThat(System.nanoTime()).as("%s of %s", step, topic).isLessThan(deadlineNs);
        }
    }

    /** By partition; read to the end of what is written, and written once. */
    List<Long> lastMirroredOffsets() throws Exception {
        long end = consumer.endOffsets(List.of(STATE)).get(STATE);
        while (consumer.position(STATE) < end) {
            poll(Step.OPENING);
        }
        assertThat(lastMirroredOffsets).as("last mirrored offsets").hasSize(1);
        return lastMirroredOffsets.iterator().next();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private boolean poll(Step step) throws Exception {
        boolean reached = false;
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(20))) {
            if (record.value() == null) {
                continue;
            }
            boolean ofTopic = record.key().equals("mirror/" + topic);
            if (ofTopic || record.key().startsWith("partition/" + topic + "/")) {
                JsonNode state = MAPPER.readTree(record.value());
                reached |= step.isReached(ofTopic, state);
                JsonNode offsets = state.at("/stopping/lastMirroredOffsets");
                if (ofTopic && offsets.isArray()) {
                    List<Long> written = new ArrayList<>();
                    offsets.forEach(offset -> written.add(offset.asLong()));
                    lastMirroredOffsets.add(written);
                }
            }
        }
        return reached;
    }
}
