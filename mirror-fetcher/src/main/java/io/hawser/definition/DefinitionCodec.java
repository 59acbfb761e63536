/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hawser.json.KafkaTypes;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Definitions as JSON.
 *
 * <p>A dollar sign before a brace is written as a Unicode escape: brokers substitute {@code ${provider:path:key}} in
 * every config value that they load, and a link's references must reach the plugin unresolved.
 *
 * <p>Thread-safe.
 */
final class DefinitionCodec {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(KafkaTypes.module())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DefinitionCodec() {}

    static String write(Object definition) {
        try {
            return MAPPER.writeValueAsString(definition).replace("${", "\\u0024{");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A definition must always be writable as JSON", e);
        }
    }

    static LinkDefinition readLink(String name, String json) {
        String key = Definitions.linkKey(name);
        JsonNode node = readObject(key, json);
        return new LinkDefinition(name, id(key, node), configs(key, node));
    }

    static MirrorDefinition readMirror(String topic, String json) {
        String key = Definitions.mirrorKey(topic);
        JsonNode node = readObject(key, json);
        JsonNode factor = node.path("replicationFactor");
        return new MirrorDefinition(
                topic,
                id(key, node),
                node.path("link").isTextual() ? node.path("link").textValue() : text(key, node, "link"),
                text(key, node, "sourceTopic"),
                intent(key, node),
                factor.isMissingNode() ? MirrorDefinition.DEFAULT_REPLICATION_FACTOR : (short) factor.asInt(),
                configs(key, node),
                value(key, node, "acceptance", LossAcceptance.class),
                node.hasNonNull("promotedOn") ? text(key, node, "promotedOn") : null,
                value(key, node, "verification", Verification.class),
                value(key, node, "stopAt", StopPoint.class));
    }

    private static JsonNode readObject(String key, String json) {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidDefinitionException(key + " is not valid JSON: " + e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw new InvalidDefinitionException(key + " must be a JSON object");
        }
        return node;
    }

    private static Uuid id(String key, JsonNode node) {
        String id = text(key, node, "id");
        try {
            return Uuid.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new InvalidDefinitionException(key + ": 'id' is not a Kafka uuid: " + id);
        }
    }

    private static String text(String key, JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw new InvalidDefinitionException(key + ": '" + field + "' is missing or not a string");
        }
        return value.textValue();
    }

    private static MirrorIntent intent(String key, JsonNode node) {
        String intent = text(key, node, "intent");
        try {
            return MirrorIntent.valueOf(intent);
        } catch (IllegalArgumentException e) {
            throw new InvalidDefinitionException(key + ": unknown intent '" + intent + "'");
        }
    }

    private static <V> @Nullable V value(String key, JsonNode node, String field, Class<V> type) {
        JsonNode object = node.path(field);
        if (object.isMissingNode() || object.isNull()) {
            return null;
        }
        try {
            return MAPPER.treeToValue(object, type);
        } catch (JsonProcessingException e) {
            throw new InvalidDefinitionException(key + ": '" + field + "' cannot be read: " + e.getOriginalMessage());
        }
    }

    private static Map<String, String> configs(String key, JsonNode node) {
        Map<String, String> configs = new TreeMap<>();
        JsonNode object = node.path("configs");
        if (!object.isMissingNode() && !object.isObject()) {
            throw new InvalidDefinitionException(key + ": 'configs' must be an object of strings");
        }
        object.properties().forEach(entry -> {
            if (!entry.getValue().isTextual()) {
                throw new InvalidDefinitionException(
                        key + ": config '" + entry.getKey() + "' must be given as a string");
            }
            configs.put(entry.getKey(), entry.getValue().textValue());
        });
        return configs;
    }
}
