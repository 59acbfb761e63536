/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Where a link's secrets come from: {@code ${file:/path/of.properties:key}} or {@code ${directory:/path:file}}, inside the folders
 * that the brokers' operator allows; or {@code ${sealed:id:text}}, see {@link SealingKeys}. They are resolved on the brokers only.
 *
 * <p>So the metadata log, its snapshots and Kafka's own error logs, which print a whole config resource when the
 * validation of a change throws, never hold a secret.
 *
 * <p>Immutable.
 */
public final class SecretReferences {

    /** Broker setting: folders, comma-separated, that link properties may refer to. None when absent. */
    public static final String ALLOWED_PATHS = "hawser.config.allowed.paths";

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(file|directory|sealed):[^:}]+:[^}]+}");

    private final List<String> allowedPaths;
    private final @Nullable Path keyFile;

    /**
     * @param allowedPaths absolute folders; empty allows no file at all
     * @param keyFile of {@link SealingKeys}; null if nothing sealed can be opened
     * @throws ConfigException if links could read the keys
     */
    public SecretReferences(List<String> allowedPaths, @Nullable Path keyFile) {
        this.allowedPaths = List.copyOf(allowedPaths);
        this.keyFile = keyFile;
        if (keyFile != null && (allows(keyFile.toAbsolutePath().normalize()) || isReallyAllowed(keyFile))) {
            throw new ConfigException(SealingKeys.FILE_SETTING + ": " + keyFile + " must not lie under " + ALLOWED_PATHS
                    + ", whose files links may refer to; move it to another folder");
        }
    }

    /** By way of symbolic links, as far as files and folders are there. */
    private boolean isReallyAllowed(Path file) {
        try {
            Path real = file.toRealPath();
            for (String folder : allowedPaths) {
                Path path = Path.of(folder);
                if (Files.exists(path) && real.startsWith(path.toRealPath())) {
                    return true;
                }
            }
        } catch (IOException e) {
            // A file that cannot be read seals nothing, which is said where it is used.
        }
        return false;
    }

    /** Whether all of the value is a reference. */
    static boolean isOne(String value) {
        return REFERENCE.matcher(value.strip()).matches();
    }

    /** Whether anything in the value is a reference. */
    static boolean isIn(String value) {
        return REFERENCE.matcher(value).find();
    }

    /** The properties whose values are given directly, so that their types can be checked anywhere. */
    static Map<String, String> withoutReferences(Map<String, String> given) {
        Map<String, String> direct = new TreeMap<>(given);
        direct.values().removeIf(SecretReferences::isIn);
        return direct;
    }

    /** Whether links may read the file. */
    boolean allows(Path file) {
        for (Path element : file) {
            // Behind a symbolic link it leads elsewhere than its text says.
            if (element.toString().equals("..")) {
                return false;
            }
        }
        Path wanted = file.toAbsolutePath().normalize();
        return allowedPaths.stream()
                .anyMatch(folder -> wanted.startsWith(Path.of(folder).normalize()));
    }

    /** For messages. */
    List<String> allowedPaths() {
        return allowedPaths;
    }

    /**
     * Replaces each reference by what it points to.
     *
     * @throws ConfigException naming the property whose reference does not resolve
     */
    Map<String, String> resolve(String link, Map<String, String> given) {
        Map<String, String> resolved = new TreeMap<>(given);
        resolved.replaceAll((name, value) -> SealingKeys.isSealed(value) ? unsealed(link, name, value) : value);
        Map<String, String> ofFiles = new TreeMap<>(given);
        ofFiles.values().removeIf(value -> !isIn(value) || SealingKeys.isSealed(value));
        resolved.putAll(read(ofFiles));
        return resolved;
    }

    private String unsealed(String link, String name, String value) {
        if (keyFile == null) {
            throw new ConfigException(name + " is sealed, but this broker has no key to open it; set "
                    + SealingKeys.FILE_SETTING + " on every broker");
        }
        return SealingKeys.read(keyFile).unseal(link, name, value);
    }

    private Map<String, String> read(Map<String, String> references) {
        if (references.isEmpty()) {
            return references;
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
            Map<String, String> found = new TreeMap<>();
            references.forEach((name, value) -> found.put(name, readOne(providers, name, value)));
            return found;
        } catch (IOException e) {
            throw new ConfigException("references to files cannot be resolved: " + e.getMessage());
        }
    }

    private String readOne(Map<String, ConfigProvider> providers, String name, String value) {
        String result;
        try {
            Map<String, String> one = new HashMap<>(Map.of(name, value));
            result = new ConfigTransformer(providers).transform(one).data().get(name);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name + ": what its reference points to is not a file of properties");
        }
        if (result == null || isIn(result)) {
            throw new ConfigException(name + ": nothing found where its reference points to; the file must exist on"
                    + " every broker, be readable by it and lie under " + ALLOWED_PATHS + " (" + allowedPaths + ")");
        }
        return result;
    }
}
