/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import io.hawser.plugin.coordinator.LinkTask;
import java.util.List;

/** All that a link keeps in step besides its records. */
public final class SyncTasks {

    private SyncTasks() {}

    /** New ones, for one link. */
    public static List<LinkTask> ofOneLink() {
        return List.of(
                new TopicConfigSync(), new PartitionSync(), new TopicDiscovery(), new GroupOffsetSync(), new AclSync());
    }
}
