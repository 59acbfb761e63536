/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.config.LinkConfig;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LinkTemplateTest {

    @Test
    void isAFileThatALinkCanBeCreatedOf() throws IOException {
        Map<String, String> properties = load(LinkTemplate.text());

        LinkConfig.validate(properties);

        assertThat(properties).containsOnlyKeys("bootstrap.servers");
        assertThat(LinkTemplate.text()).doesNotContain("Lambda", "Valid: \n");
    }

    /** A comment sign that is taken away changes nothing as long as the value stays. */
    @Test
    void hasEveryPropertyWithItsDefault() throws IOException {
        Map<String, String> all = load(LinkTemplate.text().replaceAll("(?m)^#(?=[a-z.]+=)", ""));
        assertThat(all).containsOnlyKeys(LinkConfig.definition().names());

        all.values().removeIf(String::isEmpty);
        LinkConfig.validate(all);
        LinkConfig config = LinkConfig.unresolved(all);

        assertThat(config.fetchMaxWaitMs()).isEqualTo(500);
        assertThat(new HashMap<String, Object>(config.values()))
                .containsAllEntriesOf(ofDefaults(LinkConfig.unresolved(Map.of()).values()));
    }

    private static Map<String, Object> ofDefaults(Map<String, ?> values) {
        return values.entrySet().stream()
                .filter(each -> each.getValue() != null && !each.getKey().equals(LinkConfig.BOOTSTRAP_SERVERS))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Map<String, String> load(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        return properties.entrySet().stream()
                .collect(Collectors.toMap(
                        each -> each.getKey().toString(),
                        each -> each.getValue().toString()));
    }
}
