/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameFiltersTest {

    @Test
    void takesWhatIsIncludedAndNotExcluded() {
        NameFilters filters = parse("""
                {"topicFilters": [
                  {"name": "orders", "patternType": "LITERAL", "filterType": "INCLUDE"},
                  {"name": "shop.", "patternType": "PREFIXED", "filterType": "INCLUDE"},
                  {"name": "audit-[0-9]+", "patternType": "REGEX", "filterType": "INCLUDE"},
                  {"name": "shop.tmp", "patternType": "PREFIXED", "filterType": "EXCLUDE"}]}""");

        assertThat(filters.take("orders")).isTrue();
        assertThat(filters.take("orders2")).isFalse();
        assertThat(filters.take("shop.a")).isTrue();
        assertThat(filters.take("shop.tmp.a")).isFalse();
        assertThat(filters.take("audit-17")).isTrue();
        assertThat(filters.take("my-audit-17")).isFalse();
    }

    @Test
    void takesAllForAStar() {
        assertThat(parse("{\"topicFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"}]}")
                        .take("anything"))
                .isTrue();
    }

    @Test
    void takesNothingWhenEmpty() {
        assertThat(parse("").take("anything")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "[]",
                "{}",
                "{\"groupFilters\":[]}",
                "{\"topicFilters\":[{\"name\":\"a\"}]}",
                "{\"topicFilters\":[null]}",
                "{\"topicFilters\":[{\"name\":\"a\",\"patternType\":\"GLOB\",\"filterType\":\"INCLUDE\"}]}",
                "{\"topicFilters\":[{\"name\":\"(\",\"patternType\":\"REGEX\",\"filterType\":\"INCLUDE\"}]}"
            })
    void saysInOneLineWhatIsWrong(String json) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("filters")
                .hasMessageNotContaining("\n");
    }

    private static NameFilters parse(String json) {
        return NameFilters.parse("filters", json, "topicFilters");
    }
}
