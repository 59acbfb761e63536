/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkHalfTest {

    private static final String SECRET = "${file:/secrets/link.properties:reverse.secret}";
    private static final Map<String, Map<String, String>> HALVES = Map.of(
            "whole", Map.of("bootstrap.servers", "a:1"),
            "destination", Map.of("connection.mode", "INBOUND", "reverse.secret", SECRET),
            "source",
                    Map.of(
                            "link.mode",
                            "SOURCE",
                            "bootstrap.servers",
                            "a:1",
                            "reverse.listener.name",
                            "EXTERNAL",
                            "reverse.secret",
                            SECRET));

    @Test
    void eachHalfIsToldByItsModes() {
        assertThat(LinkHalf.of(half("whole"))).isEqualTo(LinkHalf.WHOLE);
        assertThat(LinkHalf.of(half("destination"))).isEqualTo(LinkHalf.DESTINATION);
        assertThat(LinkHalf.of(half("source"))).isEqualTo(LinkHalf.SOURCE);
        HALVES.values()
                .forEach(half -> assertThatCode(() -> LinkConfig.validate(half)).doesNotThrowAnyException());
    }

    @ParameterizedTest(name = "{0}: {1}={2}")
    @CsvSource({
        "whole, bootstrap.servers, '', bootstrap.servers is missing",
        "whole, reverse.listener.name, EXTERNAL, is for links that the source initiates",
        "whole, reverse.secret, ${file:/a:b}, is for links that the source initiates",
        "whole, link.mode, sink, link.mode",
        "destination, bootstrap.servers, a:1, does not go with connection.mode=inbound",
        "destination, reverse.secret, '', reverse.secret is missing",
        "destination, reverse.secret, in the clear of course, must not hold a secret in the clear",
        "destination, reverse.listener.name, EXTERNAL, belongs to the source's half",
        "source, bootstrap.servers, '', name at least one reverse listener",
        "source, reverse.listener.name, '', reverse.listener.name is missing",
        "source, reverse.secret, '', reverse.secret is missing",
        "source, connection.mode, inbound, leave connection.mode out",
        "source, security.protocol, SASL_SSL, is PLAINTEXT or SSL",
        "source, mirror.delay.ms, 5, mirror.delay.ms belongs to the destination's half"
    })
    void whatDoesNotBelongToAHalfIsRefusedInOneLine(String name, String property, String value, String message) {
        Map<String, String> half = half(name);
        half.put(property, value);

        assertThatThrownBy(() -> LinkConfig.validate(half))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private static Map<String, String> half(String name) {
        return new HashMap<>(HALVES.getOrDefault(name, Map.of()));
    }
}
