/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ClusterSpecTest {

    @Test
    void refusesWhatIsNoTestCluster() {
        assertThatThrownBy(() -> ClusterSpec.named("four").brokers(4).build())
                .hasMessage("A test cluster has 1 to 3 brokers, not 4");
        assertThatThrownBy(() -> ClusterSpec.named("../up").build()).hasMessageContaining("'../up'");
        assertThatThrownBy(() -> ClusterSpec.named("deaf").listeners().build())
                .hasMessage("Cluster deaf needs a listener");
        assertThatThrownBy(() -> new Listener("CONTROLLER", "PLAINTEXT")).hasMessageContaining("CONTROLLER");
        assertThatThrownBy(() -> new Timings(500, 500, 1, 1)).hasMessageContaining("two heartbeats");
    }

    @Test
    void laterPropertiesOfANodeReplaceEarlierOnes() {
        ClusterSpec spec = ClusterSpec.named("one")
                .nodeProperty(1, "broker.rack", "a")
                .nodeProperty(1, "num.io.threads", "3")
                .nodeProperty(1, "broker.rack", "b")
                .build();

        assertThat(spec.nodeProperties().get(1))
                .containsEntry("broker.rack", "b")
                .containsEntry("num.io.threads", "3");
    }

    @Test
    void spellsServerPropertiesAsTheImageDoes() {
        assertThat(NodeContainer.environmentName("hawser.authorizer.class.name"))
                .isEqualTo("KAFKA_HAWSER_AUTHORIZER_CLASS_NAME");
        assertThat(NodeContainer.environmentName("my.under_score-hyphen")).isEqualTo("KAFKA_MY_UNDER__SCORE___HYPHEN");
    }
}
