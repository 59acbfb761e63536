/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dashboards and alerts against the reference of metrics, which is what a broker was seen to export. */
class DashboardsTest {

    private static final Path DASHBOARDS = Path.of("..", "docker", "grafana");
    private static final Path ALERTS = Path.of("..", "docker", "prometheus", "hawser-alerts.yml");
    private static final Path TESTS_OF_ALERTS =
            Path.of("..", "docker", "src", "test", "prometheus", "hawser-alerts-test.yml");

    /** A metric that is not narrowed to the clusters that the dashboard's variables choose; Strimzi tells them apart by the latter two. */
    private static final String OF_ANY_CLUSTER =
            "kafka_hawser_\\w++(?!\\{job=~\"\\$job\", namespace=~\"\\$namespace\", strimzi_io_cluster=~\"\\$cluster\")";

    @Test
    void alertsNameWhatThereIs() {
        assertThat(MetricNames.in(ALERTS)).isNotEmpty().isSubsetOf(MetricNames.documented());
    }

    /** Skipped where Prometheus is not installed. */
    @Test
    void alertsFireForWhatTheyAreThereForAndForNothingElse() throws IOException, InterruptedException {
        assumeTrue(isOnPath("promtool"), "There is no promtool");

        Process promtool = new ProcessBuilder("promtool", "test", "rules", TESTS_OF_ALERTS.toString())
                .redirectErrorStream(true)
                .start();
        String answer = new String(promtool.getInputStream().readAllBytes(), UTF_8);

        assertThat(promtool.waitFor()).as(answer).isZero();
        assertThat(MetricNames.in(TESTS_OF_ALERTS)).containsAll(MetricNames.in(ALERTS));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void dashboardsNameWhatThereIsAndDrawItOnceInEachPlace(Path file) throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
        Set<JsonNode> places = new HashSet<>();

        assertThat(dashboard.get("panels")).isNotEmpty().allSatisfy(panel -> {
            assertThat(places.add(panel.get("gridPos"))).isTrue();
            assertThat(panel.get("targets"))
                    .isNotEmpty()
                    .allSatisfy(target -> assertThat(target.get("expr").asText())
                            .containsPattern("kafka_hawser_\\w+")
                            .doesNotContainPattern(OF_ANY_CLUSTER));
        });
        assertThat(MetricNames.in(file)).isSubsetOf(MetricNames.documented());
    }

    @Test
    void nothingIsExportedThatIsShownNowhere() throws IOException {
        Set<String> shown = new TreeSet<>(MetricNames.in(ALERTS));
        dashboards().forEach(file -> shown.addAll(MetricNames.in(file)));

        assertThat(shown).isEqualTo(MetricNames.documented());
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    static List<Path> dashboards() throws IOException {
        try (Stream<Path> files = Files.list(DASHBOARDS)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }
}
