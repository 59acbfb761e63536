/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import java.util.Collection;

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
                definitions ->
                        definitions.withMirrors(mirrors -> mirrors.keySet().removeAll(topics)),
                false);
    }
}
