/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Where a link's secrets come from: {@code ${file:/path/of.properties:key}} or {@code ${directory:/path:file}},
 * resolved on the brokers only and only inside the folders that the brokers' operator allows.
 *
 * <p>So the metadata log, its snapshots and Kafka's own error logs, which print a whole config resource when the
 * validation of a change throws, never hold a secret.
 *
 * <p>Immutable.
 */
public final class SecretReferences {

    /** Broker setting: folders, comma-separated, that link properties may refer to. None when absent. */
    public static final String ALLOWED_PATHS = "hawser.config.allowed.paths";

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(file|directory):[^:}]+:[^}]+}");
    private static final String KAFKA_SECURITY_CLASSES = "org.apache.kafka.common.security.";
    private static final Set<String> PUBLIC_MATERIAL =
            Set.of(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG);

    private final List<String> allowedPaths;

    /** @param allowedPaths absolute folders; empty allows no reference at all */
    public SecretReferences(List<String> allowedPaths) {
        this.allowedPaths = List.copyOf(allowedPaths);
    }

    /**
     * Refuses properties that carry a secret in the clear or name a class that is not Kafka's own.
     *
     * @throws ConfigException with one line that names the property and the way out; never its value
     */
    static void requireForSecrets(ConfigDef definition, Map<String, String> given) {
        given.forEach((name, value) -> {
            ConfigDef.ConfigKey key = definition.configKeys().get(name);
            if (key == null) {
                return;
            }
            if (key.type == ConfigDef.Type.PASSWORD
                    && !PUBLIC_MATERIAL.contains(name)
                    && !REFERENCE.matcher(value.trim()).matches()) {
                throw new ConfigException(name + " must not hold a secret in the clear; put it into a file on the"
                        + " brokers and write ${file:/path/secrets.properties:" + name + "}");
            }
            if (key.type == ConfigDef.Type.CLASS && !value.startsWith(KAFKA_SECURITY_CLASSES)) {
                throw new ConfigException(name + ": only classes of " + KAFKA_SECURITY_CLASSES
                        + "* may be loaded into a broker for a link");
            }
        });
    }

    /** The properties whose values are given directly, so that their types can be checked anywhere. */
    static Map<String, String> withoutReferences(Map<String, String> given) {
        Map<String, String> direct = new TreeMap<>(given);
        direct.values().removeIf(value -> REFERENCE.matcher(value).find());
        return direct;
    }

    /**
     * Replaces each reference by what it points to.
     *
     * @throws ConfigException naming the property whose reference does not resolve
     */
    Map<String, String> resolve(Map<String, String> given) {
        Map<String, String> resolved = new TreeMap<>(given);
        if (given.values().stream().noneMatch(value -> REFERENCE.matcher(value).find())) {
            return resolved;
        }
        if (allowedPaths.isEmpty()) {
            throw new ConfigException("the link refers to files, but the brokers allow no folder; set " + ALLOWED_PATHS
                    + " on every broker");
        }
        try (FileConfigProvider file = new FileConfigProvider();
                DirectoryConfigProvider directory = new DirectoryConfigProvider()) {
            Map<String, String> limits = Map.of("allowed.paths", String.join(",", allowedPaths));
            file.configure(limits);
            directory.configure(limits);
            Map<String, ConfigProvider> providers = Map.of("file", file, "directory", directory);
            resolved.replaceAll((name, value) -> resolveOne(providers, name, value));
            return resolved;
        } catch (java.io.IOException e) {
            throw new ConfigException("references to files cannot be resolved: " + e.getMessage());
        }
    }

    private String resolveOne(Map<String, ConfigProvider> providers, String name, String value) {
        if (!REFERENCE.matcher(value).find()) {
            return value;
        }
        Map<String, String> one = new HashMap<>(Map.of(name, value));
        String result = new ConfigTransformer(providers).transform(one).data().get(name);
        if (result == null || REFERENCE.matcher(result).find()) {
            throw new ConfigException(name + ": nothing found where its reference points to; the file must exist on"
                    + " every broker, be readable by it and lie under " + ALLOWED_PATHS + " (" + allowedPaths + ")");
        }
        return result;
    }
}
