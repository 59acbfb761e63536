/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.runtime;

import io.hawser.config.SealingKeys;
import io.hawser.config.SecretReferences;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** What a broker's properties say about links, whichever link it is. Immutable. */
final class BrokerSettings extends AbstractConfig {

    private static final String BUFFER_MEMORY = "hawser.buffer.memory";
    private static final long DEFAULT_BUFFER_MEMORY = 64L << 20;
    private static final long LEAST_BUFFER_MEMORY = 1L << 20;

    private static final String MAX_BYTES_PER_SECOND = "hawser.max.bytes.per.second";

    /** Settings that may be changed while the broker runs. */
    static final Set<String> LIVE = Set.of(MAX_BYTES_PER_SECOND);

    private static final String OFFSETS_RETENTION = "offsets.retention.minutes";

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    OFFSETS_RETENTION,
                    ConfigDef.Type.INT,
                    7 * 24 * 60,
                    ConfigDef.Importance.LOW,
                    "Kafka's own; the plugin commits offsets of groups again before they expire.")
            .define(
                    MAX_BYTES_PER_SECOND,
                    ConfigDef.Type.LONG,
                    Long.MAX_VALUE,
                    ConfigDef.Range.atLeast(1),
                    ConfigDef.Importance.MEDIUM,
                    "Bytes that the broker fetches in a second over all links. May be changed while it runs.")
            .define(
                    BUFFER_MEMORY,
                    ConfigDef.Type.LONG,
                    DEFAULT_BUFFER_MEMORY,
                    ConfigDef.Range.atLeast(LEAST_BUFFER_MEMORY),
                    ConfigDef.Importance.MEDIUM,
                    "Bytes of all fetched batches that are being received or appended, for all links of the broker, outside"
                            + " the heap.")
            .define(
                    SecretReferences.ALLOWED_PATHS,
                    ConfigDef.Type.LIST,
                    List.of(),
                    ConfigDef.Importance.MEDIUM,
                    "Folders of files that links may refer to for secrets.")
            .define(
                    SealingKeys.FILE_SETTING,
                    ConfigDef.Type.STRING,
                    "",
                    ConfigDef.Importance.MEDIUM,
                    "File of the keys that open the secrets which link-admin has sealed.");

    /** @throws org.apache.kafka.common.config.ConfigException that names the property and what is wrong */
    BrokerSettings(Map<String, ?> configs) {
        super(DEFINITION, configs, false);
    }

    long bufferMemory() {
        return getLong(BUFFER_MEMORY);
    }

    long maxBytesPerSecond() {
        return getLong(MAX_BYTES_PER_SECOND);
    }

    /** For how long brokers keep offsets of a group without members. */
    long offsetsRetentionMs() {
        return TimeUnit.MINUTES.toMillis(getInt(OFFSETS_RETENTION));
    }

    SecretReferences secrets() {
        String keyFile = getString(SealingKeys.FILE_SETTING);
        return new SecretReferences(allowedPaths(), keyFile.isBlank() ? null : Path.of(keyFile.strip()));
    }

    private List<String> allowedPaths() {
        // An empty one would be the folder that the broker was started in.
        return getList(SecretReferences.ALLOWED_PATHS).stream()
                .filter(path -> !path.isBlank())
                .toList();
    }
}
