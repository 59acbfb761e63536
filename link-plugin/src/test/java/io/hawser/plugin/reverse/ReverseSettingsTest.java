/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.reverse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReverseSettingsTest {

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:9200", "[::]:9200"})
    void tellsNoSourceAnAddressThatMeansAny(String listener) {
        assertThatThrownBy(() -> new ReverseSettings(Map.of("hawser.reverse.listeners", listener)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hawser.reverse.advertised.listeners");
    }

    @Test
    void tellsWhatIsAdvertisedInstead() {
        ReverseSettings settings = new ReverseSettings(Map.of(
                "hawser.reverse.listeners",
                "0.0.0.0:9200",
                "hawser.reverse.advertised.listeners",
                "dr-1.example:9200"));

        assertThat(settings.advertised(List.of(9200))).containsExactly("dr-1.example:9200");
    }

    @Test
    void tellsTheHostsOwnNameWhereNoneIsGiven() {
        ReverseSettings settings = new ReverseSettings(Map.of("hawser.reverse.listeners", ":9200"));

        assertThat(settings.advertised(List.of(9200)))
                .singleElement()
                .asString()
                .endsWith(":9200")
                .hasSizeGreaterThan(":9200".length());
    }

    @Test
    void speaksInTheClearOnlyWhereNothingSaysOtherwise() {
        assertThatThrownBy(() -> new ReverseSettings(Map.of(
                        "hawser.reverse.listeners", "dr-1.example:9200", "hawser.reverse.ssl.client.auth", "required")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hawser.reverse.ssl.keystore.location is missing");
    }
}
