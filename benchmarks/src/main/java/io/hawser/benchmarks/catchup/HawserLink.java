/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import io.hawser.benchmarks.JvmFigures;
import io.hawser.benchmarks.Waiting;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** A mirror topic is created and catches up. */
final class HawserLink implements Contender {

    private final ProcessCluster source;
    private final int leader;
    private final ProcessCluster destination;
    private final LinkAdmin linkAdmin;
    private final String link;
    private final String name;
    private final List<LongSupplier> besides;

    /** @param link that leads to the source */
    HawserLink(ProcessCluster source, int leader, ProcessCluster destination, LinkAdmin linkAdmin, String link) {
        this(source, leader, destination, linkAdmin, link, "Hawser");
    }

    /**
     * @param link that leads to the source
     * @param besides CPU time, in nanoseconds, of what else takes part
     */
    HawserLink(
            ProcessCluster source,
            int leader,
            ProcessCluster destination,
            LinkAdmin linkAdmin,
            String link,
            String name,
            LongSupplier... besides) {
        this.name = name;
        this.besides = List.of(besides);
        this.source = source;
        this.leader = leader;
        this.destination = destination;
        this.linkAdmin = linkAdmin;
        this.link = link;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Measurement run(DataSet data) throws Exception {
        long bytes = data.storedBytes(source.dataDirectory(leader), data.topic());
        List<LongSupplier> all = new ArrayList<>(besides);
        all.add(() -> source.cpuTime(leader).toNanos());
        all.add(() -> destination.cpuTime(1).toNanos());
        Arrival arrival =
                new Arrival(() -> stored(data), all, new JvmFigures(destination.processId(1))::allocatedBytes);
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
