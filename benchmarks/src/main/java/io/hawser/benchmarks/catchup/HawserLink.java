/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import io.hawser.benchmarks.JvmFigures;
import io.hawser.benchmarks.Waiting;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A mirror topic is created and catches up. */
final class HawserLink implements Contender {

    private final ProcessCluster source;
    private final int leader;
    private final ProcessCluster destination;
    private final LinkAdmin linkAdmin;
    private final String link;

    /** @param link that leads to the source */
    HawserLink(ProcessCluster source, int leader, ProcessCluster destination, LinkAdmin linkAdmin, String link) {
        this.source = source;
        this.leader = leader;
        this.destination = destination;
        this.linkAdmin = linkAdmin;
        this.link = link;
    }

    @Override
    public String name() {
        return "Hawser";
    }

    @Override
    public Measurement run(DataSet data) throws Exception {
        long bytes = data.storedBytes(source.dataDirectory(leader), data.topic());
        Arrival arrival = new Arrival(
                () -> stored(data),
                List.of(
                        () -> source.cpuTime(leader).toNanos(),
                        () -> destination.cpuTime(1).toNanos()),
                new JvmFigures(destination.processId(1))::allocatedBytes);
        // The first bytes are there before the command ends.
        CompletableFuture<?> created = CompletableFuture.runAsync(() -> linkAdmin
                .run("create", "--mirror-topic", data.topic(), "--link", link)
                .orFail());
        Measurement measurement = arrival.await(bytes, bytes);
        created.get();
        remove(data);
        return measurement;
    }

    /** Removes the copy, finished or not. */
    void remove(DataSet data) {
        linkAdmin.run("delete", "--mirror-topic", data.topic(), "--force").orFail();
        Waiting.untilGone(destination.dataDirectory(1), data.topic());
    }

    private long stored(DataSet data) {
        return data.storedBytes(destination.dataDirectory(1), data.topic());
    }
}
