/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.loss;

import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import java.util.List;
import java.util.Map;

/** A source that loses records after they were mirrored, and has others at their offsets. Confined to the test's thread. */
final class UncleanElection {

    /** Offsets below are on all replicas of the source. */
    static final int COMMON_END = 80;

    /** Where the mirror ends that has all that is going to be lost. */
    static final int LOST_END = 100;

    /** What each record begins with that is lost. */
    static final String LOST = "lost";

    private final ProcessCluster source;
    private final Mirrored topic;

    UncleanElection(LinkedClusters clusters, Mirrored topic) {
        this.source = clusters.source();
        this.topic = topic;
    }

    private static final Map<String, String> CONFIGS =
            Map.of("unclean.leader.election.enable", "true", "min.insync.replicas", "1");

    /** Creates a topic that may be led by a replica that lacks records, with a replica on every broker of the source. */
    static void createTopic(LinkedClusters clusters, String name, int replicas) {
        clusters.source().topics().create(name, 1, replicas, CONFIGS);
    }

    /** As {@link #createTopic}, with replicas on these brokers, the one to lead it first. */
    static void createTopicOn(LinkedClusters clusters, String name, List<Integer> brokers) {
        clusters.source().topics().createOn(name, brokers, CONFIGS);
    }

    /** Writes what stays. */
    void writeCommon() {
        topic.produce(COMMON_END, "common");
        topic.awaitEnd(COMMON_END);
    }

    /** Lets the leader alone take more records, which are mirrored, and die with them. All brokers are down then. */
    Casualties loseTail() {
        Casualties casualties = killFollowers();
        writeTail();
        topic.awaitEnd(LOST_END);
        source.kill(casualties.leader());
        return casualties;
    }

    /** From here on the leader alone takes records. */
    Casualties killFollowers() {
        source.topics().awaitInSync(topic.topic());
        int leader = source.topics().leader(topic.topic(), 0).orElseThrow();
        List<Integer> followers = source.nodeIds().stream()
                .filter(id -> id != leader && !source.controllerIds().contains(id))
                .toList();
        followers.forEach(source::kill);
        return new Casualties(leader, followers);
    }

    /** Writes what the source is going to lose. */
    void writeTail() {
        topic.produce(LOST_END - COMMON_END, LOST);
    }

    /** @param followers those that lack the end of the log */
    record Casualties(int leader, List<Integer> followers) {}

    /** A follower comes back alone, leads, and takes other records; then the rest comes back. */
    void replaceTail(Casualties casualties, int records) {
        startWithoutTail(casualties);
        writeOther(records);
        startRest(casualties);
    }

    /** A follower comes back alone, and leads. */
    void startWithoutTail(Casualties casualties) {
        source.start(casualties.followers().get(0));
    }

    /** Writes others where the tail was. */
    void writeOther(int records) {
        topic.produce(records, "other");
    }

    void startRest(Casualties casualties) {
        casualties.followers().stream().skip(1).forEach(source::start);
        source.start(casualties.leader());
        source.topics().awaitInSync(topic.topic());
    }
}
