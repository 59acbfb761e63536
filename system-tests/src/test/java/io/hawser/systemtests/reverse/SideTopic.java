/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.reverse;

import io.hawser.systemtests.cluster.ProcessCluster;

/** Where a reversal saves what it drops; the name ends with the day on which it was made. */
final class SideTopic {

    private SideTopic() {}

    static String of(ProcessCluster cluster, String topic) {
        return cluster.topics().names().stream()
                .filter(name -> name.startsWith(topic + ".hawser-dropped-20"))
                .findFirst()
                .orElseThrow();
    }
}
