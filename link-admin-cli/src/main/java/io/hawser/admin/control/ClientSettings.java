/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.config.SealingKeys;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** How the command reaches the destination cluster. Immutable. */
public final class ClientSettings {

    /** Long enough to meet several brokers that take connections and do not answer, before one that does. */
    private static final int TIMEOUT_MS = 30_000;

    private static final int REQUEST_TIMEOUT_MS = 4_000;

    private final Map<String, Object> properties = new HashMap<>();
    private final @Nullable Object keyFile;

    /** @param commandConfig a properties file; empty for none */
    public ClientSettings(String bootstrapServer, String commandConfig) {
        if (!commandConfig.isEmpty()) {
            load(commandConfig, "--command-config").forEach((key, value) -> properties.put(key.toString(), value));
        }
        // None of the client's.
        keyFile = properties.remove(SealingKeys.FILE_SETTING);
        if (!bootstrapServer.isEmpty()) {
            properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServer);
        }
        if (!properties.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            throw CommandFailure.wrongUsage(
                    "Missing required option '--bootstrap-server=<host:port>': a broker of the destination cluster");
        }
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "link-admin");
        properties.putIfAbsent(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        properties.putIfAbsent(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    }

    /**
     * Reads a file of properties.
     *
     * @param option that named the file, for the message
     */
    public static Properties load(String file, String option) {
        Properties loaded = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(file))) {
            loaded.load(reader);
            return loaded;
        } catch (NoSuchFileException | InvalidPathException e) {
            throw CommandFailure.wrongUsage(option + ": there is no file " + file);
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.wrongUsage(option + ": " + file + " is not a file of properties: " + e.getMessage());
        }
    }

    /** What to seal secrets of links with, where {@code --command-config} names it. */
    Optional<Path> keyFile() {
        return Optional.ofNullable(keyFile).map(file -> Path.of(file.toString().strip()));
    }

    public String bootstrapServers() {
        return String.valueOf(properties.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
    }

    /** @throws CommandFailure if there is nobody to be found at the address */
    public Admin admin() {
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            String why = e.getCause() instanceof ConfigException cause ? String.valueOf(cause.getMessage()) : "";
            if (why.startsWith("No resolvable bootstrap urls")) {
                throw CommandFailure.failed(
                        "No broker answers at " + bootstrapServers() + " (unknown host); check --bootstrap-server");
            }
            if (why.startsWith("Invalid url in")) {
                throw CommandFailure.wrongUsage("--bootstrap-server: " + bootstrapServers() + " is not <host>:<port>");
            }
            throw e;
        }
    }

    /** One that asks all in-sync replicas, and that needs no right but WRITE on its topic. */
    public KafkaProducer<String, String> producer() {
        Map<String, Object> producer = new HashMap<>(properties);
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return new KafkaProducer<>(producer, new StringSerializer(), new StringSerializer());
    }

    KafkaConsumer<String, byte[]> consumer() {
        Map<String, Object> consumer = new HashMap<>(properties);
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(consumer, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
