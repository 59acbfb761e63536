/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.plugin.metrics.Metric.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference of metrics is made of {@link Metric}. */
class MetricsReferenceTest {

    private static final Path REFERENCE = Path.of("..", "docs", "metrics.md");
    private static final Path MADE = Path.of("target", "metrics.md");

    @Test
    void isUpToDate() throws IOException {
        String reference = reference();
        Files.writeString(MADE, reference);

        assertThat(Files.readString(REFERENCE))
                .as("docs/metrics.md; the one that is up to date is link-plugin/" + MADE)
                .isEqualTo(reference);
    }

    @Test
    void hasTwoTagsAtMostAndCountersThatEndLikeKafkas() {
        assertThat(Metric.values()).allSatisfy(metric -> {
            assertThat(metric.tags()).hasSizeLessThanOrEqualTo(2);
            assertThat(metric.text().endsWith("PerSec")).isEqualTo(metric.kind() == Kind.COUNTER);
            assertThat(metric.text()).doesNotContain("Percent");
        });
    }

    private static String reference() {
        List<String> lines = new ArrayList<>();
        lines.add("# Metrics");
        lines.add("");
        lines.add("Brokers show them as they show Kafka's own, by JMX and to `kafka.metrics.reporters`:");
        lines.add(
                "`kafka.hawser:type=<type>,name=<name>` and the tags. A gauge has the attribute `Value`, a counter `Count` and rates.");
        lines.add(
                "The usual rules of jmx_exporter for Kafka export them as they are, by the names in the last column. What is not known is");
        lines.add(
                "NaN, never 0. Each broker shows what it leads itself: add up over brokers, or take the largest. They come with links and");
        lines.add(
                "topics and go with them, and are read anew every one to four seconds, whether or not there is something to fetch.");
        lines.add("");
        lines.add("| type | name | tags | what it is | for Prometheus |");
        lines.add("|---|---|---|---|---|");
        for (Metric metric : Metric.values()) {
            lines.add(row(
                    metric.type(),
                    metric.text(),
                    metric.tags().stream().map(Metric.Tag::text).collect(Collectors.joining(", ")),
                    metric.description()));
        }
        lines.add("");
        lines.add(
                "What works on nodes without links, and where links cannot run, is not among the broker's own metrics, but by JMX alone:");
        lines.add("");
        lines.add("| type | name | tags | what it is | for Prometheus |");
        lines.add("|---|---|---|---|---|");
        lines.add(row(
                "LinkAuthorizer",
                "LinksRunning",
                "",
                "1 while links run on the broker, 0 while they do not; the attribute `Reason` says why."));
        lines.add(
                row(
                        "LinkAuthorizer",
                        "RefusedChangesPerSec",
                        "role",
                        "Changes of mirror topics that were refused, on brokers and controllers (`role`). The attribute `Count` alone."));
        lines.add("");
        return String.join("\n", lines);
    }

    private static String row(String type, String name, String tags, String description) {
        String exported = name.endsWith("PerSec") ? name.replace("PerSec", "_total") : name;
        return Arrays.asList(
                        "",
                        type,
                        name,
                        tags,
                        description,
                        "`kafka_hawser_" + (type + "_" + exported).toLowerCase(Locale.ROOT) + "`",
                        "")
                .stream()
                .collect(Collectors.joining(" | "))
                .strip();
    }
}
