/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * The source's leader epochs of each partition of one mirror, as the state topic tells them; read by the words of that
 * topic's records and not by the plugin's classes. Confined to the caller's thread.
 */
final class Lineages {

    private static final String STATE_TOPIC = "__hawser_state";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String prefix;
    private final Map<Integer, JsonNode> reports = new TreeMap<>();

    private Lineages(String topic) {
        this.prefix = "partition/" + topic + "/";
    }

    static Lineages read(ReplicatedTopic mirror) {
        Lineages lineages = new Lineages(mirror.topic());
        new TopicReader(mirror.clientProperties())
                .read(STATE_TOPIC, IsolationLevel.READ_UNCOMMITTED)
                .records()
                .forEach(lineages::take);
        return lineages;
    }

    /** Empty for a partition of which nothing was reported. */
    EpochStarts of(int partition) {
        JsonNode report = reports.get(partition);
        NavigableMap<Long, Integer> starts = new TreeMap<>();
        if (report != null) {
            report.path("lineage")
                    .forEach(
                            pair -> starts.put(pair.get(1).asLong(), pair.get(0).asInt()));
        }
        return new EpochStarts(starts);
    }

    private void take(TopicRecord record) {
        String key = record.key() == null ? "" : new String(record.key().get(), StandardCharsets.UTF_8);
        if (!key.startsWith(prefix)) {
            return;
        }
        int partition = Integer.parseInt(key.substring(prefix.length()));
        if (record.value() == null) {
            reports.remove(partition);
            return;
        }
        JsonNode report = parse(record.value().get());
        if (!isOfAFormerLeader(report, reports.get(partition))) {
            reports.put(partition, report);
        }
    }

    private static boolean isOfAFormerLeader(JsonNode report, @Nullable JsonNode known) {
        return known != null
                && known.path("incarnation").equals(report.path("incarnation"))
                && report.path("leaderEpoch").asInt()
                        < known.path("leaderEpoch").asInt();
    }

    private static JsonNode parse(byte[] json) {
        try {
            return MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A record of the state topic is not JSON", e);
        }
    }
}
