/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.metrics;

import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.PortLease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page that Prometheus gets from a broker with jmx_exporter's agent. The broker is started with {@link #jvmOption}; one broker only, since
 * it takes the port.
 */
final class MetricsPage implements AutoCloseable {

    private static final Path RULES =
            Path.of("..", "docker", "prometheus", "kafka-rules.yml").toAbsolutePath();
    private static final String OURS = "kafka_hawser_";
    private static final Pattern LINE = Pattern.compile("(\\w+)(\\{[^}]*})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("\\w+=\"[^\"]*\"");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final PortLease port = PortLease.acquire();
    private final HttpClient client = HttpClient.newHttpClient();

    String jvmOption() {
        return "-javaagent:" + BuiltArtifacts.metricsAgent() + "=127.0.0.1:" + port.port() + ":" + RULES;
    }

    /** What is there now of Hawser's, by name and labels in alphabetical order, such as {@code kafka_hawser_link_lagrecords{link="east"}}. */
    Map<String, Double> read() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.port() + "/metrics"))
                .timeout(LIMIT)
                .build();
        try {
            String page =
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            Map<String, Double> values = new TreeMap<>();
            page.lines().map(LINE::matcher).filter(Matcher::matches).forEach(line -> {
                if (line.group(1).startsWith(OURS)) {
                    values.put(line.group(1) + sorted(line.group(2)), Double.valueOf(line.group(3)));
                }
            });
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the page of metrics was read", e);
        }
    }

    private static String sorted(@Nullable String labels) {
        return labels == null
                ? ""
                : LABEL.matcher(labels)
                        .results()
                        .map(MatchResult::group)
                        .sorted()
                        .collect(Collectors.joining(",", "{", "}"));
    }

    /** Without labels. */
    static Set<String> names(Map<String, Double> values) {
        return values.keySet().stream().map(each -> each.split("\\{")[0]).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        port.close();
    }
}
