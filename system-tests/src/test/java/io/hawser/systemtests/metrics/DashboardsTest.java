/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

    @Test
    void alertsNameWhatThereIs() {
        assertThat(MetricNames.in(ALERTS)).isNotEmpty().isSubsetOf(MetricNames.documented());
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
                    .allSatisfy(
                            target -> assertThat(target.get("expr").asText()).containsPattern("kafka_hawser_\\w+"));
        });
        assertThat(MetricNames.in(file)).isSubsetOf(MetricNames.documented());
    }

    @Test
    void nothingIsExportedThatIsShownNowhere() throws IOException {
        Set<String> shown = new TreeSet<>(MetricNames.in(ALERTS));
        dashboards().forEach(file -> shown.addAll(MetricNames.in(file)));

        assertThat(shown).isEqualTo(MetricNames.documented());
    }

    static List<Path> dashboards() throws IOException {
        try (Stream<Path> files = Files.list(DASHBOARDS)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }
}
