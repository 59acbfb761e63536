/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names of metrics as Prometheus knows them. */
final class MetricNames {

    private static final Pattern NAME = Pattern.compile("kafka_hawser_\\w+");

    private MetricNames() {}

    /** Those that the reference has; {@link MetricsIT} sees each of them on a broker. */
    static Set<String> documented() {
        return in(Path.of("..", "docs", "metrics.md"));
    }

    /** All that a text names. */
    static Set<String> in(Path file) {
        try {
            return NAME.matcher(Files.readString(file))
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
