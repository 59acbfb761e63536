/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hawser.json.KafkaTypes;
import java.io.IOException;
import java.util.Optional;

/**
 * Values of the state topic as JSON. Readers pass over fields that they do not know, so that brokers of two versions can
 * work side by side.
 *
 * <p>Thread-safe.
 */
public final class StateCodec {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(KafkaTypes.module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private StateCodec() {}

    public static <V> byte[] write(V value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A status must always be writable as JSON", e);
        }
    }

    /** The value, or nothing when it does not parse as the key's type. */
    public static <V> Optional<V> read(StateKey<V> key, byte[] json) {
        try {
            return Optional.ofNullable(MAPPER.readValue(json, key.type()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
