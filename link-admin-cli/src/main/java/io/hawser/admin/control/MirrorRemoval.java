/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** Removes the records of mirrors that are writable already. Confined to the command's thread. */
public final class MirrorRemoval {

    private final ControlPlane cluster;

    public MirrorRemoval(ControlPlane cluster) {
        this.cluster = cluster;
    }

    public void forget(Collection<String> topics) {
        if (topics.isEmpty()) {
            return;
        }
        cluster.change(
                definitions -> {
                    SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>(definitions.mirrors());
                    mirrors.keySet().removeAll(topics);
                    return new Definitions(definitions.generation(), definitions.links(), mirrors);
                },
                false);
    }
}
