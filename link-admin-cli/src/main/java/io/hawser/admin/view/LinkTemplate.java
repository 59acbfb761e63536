/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import io.hawser.config.LinkConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** A file with all properties of a link, for its owner to fill in. */
public final class LinkTemplate {

    private static final int WIDTH = 100;
    private static final String EXAMPLE = "kafka-1.example.com:9092,kafka-2.example.com:9092";

    private LinkTemplate() {}

    /** Properties of high importance first, then by name; a line ends each. */
    public static String text() {
        List<String> lines = new ArrayList<>();
        lines.add("# Properties of a link: link-admin create --link <link> --config-file <this file>");
        lines.add("# A secret is not written here but referred to, as ${file:/etc/hawser/east.properties:password}.");
        LinkConfig.definition().configKeys().values().stream()
                .sorted(Comparator.comparing((ConfigKey key) -> key.importance).thenComparing(key -> key.name))
                .forEach(key -> describe(key, lines));
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    private static void describe(ConfigKey key, List<String> lines) {
        lines.add("");
        // Kafka's own are written for web pages.
        String words = key.documentation.replaceAll("<[^>]*>", "").replaceAll("\\s+", " ");
        wrap(words).forEach(line -> lines.add("# " + line));
        if (key.validator != null && isText(key.validator.toString())) {
            wrap("Valid: " + key.validator).forEach(line -> lines.add("# " + line));
        }
        boolean required = key.name.equals(LinkConfig.BOOTSTRAP_SERVERS);
        lines.add(required ? key.name + "=" + EXAMPLE : "#" + key.name + "=" + defaultOf(key));
    }

    /** Some validators say what they take, others say nothing, or are lambdas. */
    private static boolean isText(String validator) {
        return !validator.isBlank() && !validator.contains("@");
    }

    private static String defaultOf(ConfigKey key) {
        return key.defaultValue == null || key.defaultValue == ConfigDef.NO_DEFAULT_VALUE
                ? ""
                : ConfigDef.convertToString(key.defaultValue, key.type);
    }

    private static Stream<String> wrap(String words) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words.strip().split(" ")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines.stream();
    }
}
