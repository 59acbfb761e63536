/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.junit.jupiter.api.Test;

/** The reference of a link's properties against their definition. */
class LinkPropertiesReferenceTest {

    private static final Path REFERENCE = Path.of("..", "docs", "link-properties.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]+`) \\| ([^|]*) \\|");
    private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");
    private static final Pattern NUMBER = Pattern.compile("(-?\\d+)( MiB)?");
    private static final long MIB = 1024 * 1024;

    @Test
    void hasAllPropertiesAndNoOthers() throws IOException {
        Set<String> named = names(Files.readString(REFERENCE));
        Set<String> ofAllClients = LinkConfig.definition().names().stream()
                .filter(name -> name.startsWith("ssl.") || name.startsWith("sasl."))
                .collect(Collectors.toSet());
        Set<String> ours = new TreeSet<>(LinkConfig.definition().names());
        ours.removeAll(ofAllClients);

        assertThat(named).containsAll(ours);
        assertThat(rows().keySet()).isSubsetOf(ours);
    }

    @Test
    void saysTheirDefaults() throws IOException {
        Map<String, ConfigKey> keys = LinkConfig.definition().configKeys();

        rows().forEach((name, said) -> assertThat(meant(said)).as(name).isEqualTo(defaultOf(keys.get(name))));
    }

    /** By name, what stands in the column of defaults; properties that share a row have the same. */
    private static Map<String, String> rows() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        ROW.matcher(Files.readString(REFERENCE))
                .results()
                .forEach(row -> names(row.group(1)).forEach(name -> rows.put(name, row.group(2))));
        assertThat(rows).isNotEmpty();
        return rows;
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toSet());
    }

    private static String meant(String said) {
        String plain = said.replace("`", "").strip();
        var number = NUMBER.matcher(plain);
        if (number.matches()) {
            return String.valueOf(Long.parseLong(number.group(1)) * (number.group(2) == null ? 1 : MIB));
        }
        return switch (plain.split("[ ;]")[0]) {
            case "no" -> String.valueOf(Long.MAX_VALUE);
            case "none", "empty" -> "";
            case "all" ->
                "{\"groupFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"}]}";
            default -> plain;
        };
    }

    private static String defaultOf(ConfigKey key) {
        return key.defaultValue == null ? "" : ConfigDef.convertToString(key.defaultValue, key.type);
    }
}
