/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import org.apache.kafka.common.Uuid;

/** A Jackson module that writes a {@link Uuid} the way Kafka's tools print it. Thread-safe. */
public final class KafkaTypes {

    private KafkaTypes() {}

    public static Module module() {
        return new SimpleModule("kafka-types")
                .addSerializer(Uuid.class, new UuidSerializer())
                .addDeserializer(Uuid.class, new UuidDeserializer());
    }

    private static final class UuidSerializer extends StdScalarSerializer<Uuid> {
        UuidSerializer() {
            super(Uuid.class);
        }

        @Override
        public void serialize(Uuid value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(value.toString());
        }
    }

    private static final class UuidDeserializer extends StdScalarDeserializer<Uuid> {
        UuidDeserializer() {
            super(Uuid.class);
        }

        @Override
        public Uuid deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return Uuid.fromString(parser.getValueAsString());
        }
    }
}
