/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import io.hawser.config.LinkConfig;
import io.hawser.status.BrokerStatus;
import io.hawser.status.LinkStatus;
import io.hawser.status.StateSnapshot;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a link can carry at most at its round trip with its present settings, between one source broker and one broker here.
 * A fetcher has one answer on its way at a time, and the line is idle for a round trip between one and the next. Immutable;
 * printed as JSON as it is.
 *
 * @param roundTripMs shortest of the last measurements; null when there is none yet
 * @param answerBytes that one fetch brings at most, if enough partitions are behind
 * @param partitionBytes that one fetch brings of one partition at most
 * @param fetchersPerSourceBroker how many fetches are on their way at a time
 * @param prioritized whether the link has priorities, which are among the partitions of one fetch
 * @param maxBytesPerSecond what all answers together come to in that many round trips; null without a measurement
 * @param onePartitionMaxBytesPerSecond the same of one partition
 * @param lines what is reached of lines of usual width
 */
public record LinkCeiling(
        String link,
        @Nullable Double roundTripMs,
        int answerBytes,
        int partitionBytes,
        int fetchersPerSourceBroker,
        boolean prioritized,
        @Nullable Long maxBytesPerSecond,
        @Nullable Long onePartitionMaxBytesPerSecond,
        List<Line> lines) {

    private static final double GOAL = 0.9;
    /** Answers take nine times as long as the line is idle. */
    private static final int ANSWERS_TO_IDLE = 9;

    private static final long BYTES_PER_GBIT = 125_000_000;
    private static final double MS_PER_SECOND = 1_000;

    /** Kafka's default of {@code socket.send.buffer.bytes}, which bounds each connection of a source broker. */
    private static final int DEFAULT_SEND_BUFFER = 102_400;

    /**
     * @param bytesPerSecond width of the line
     * @param share of it that is reached, 0 to 1
     * @param fetchersForNinetyPercent {@code num.cluster.link.fetchers} with which nine tenths of it are reached; null if more than
     *     can be set
     */
    public record Line(
            String name,
            long bytesPerSecond,
            double share,
            @Nullable Integer fetchersForNinetyPercent) {}

    public static LinkCeiling of(LinkStatus status, StateSnapshot snapshot) {
        LinkConfig config = LinkConfig.unresolved(status.definition().configs());
        int memoryBytes = snapshot.all(BrokerStatus.class).stream()
                .mapToInt(BrokerStatus::maxAnswerBytes)
                .filter(bytes -> bytes > 0)
                .min()
                .orElse(Integer.MAX_VALUE);
        return of(
                status.link(),
                status.roundTripMs(),
                Math.min(memoryBytes, config.responseMaxBytes()),
                config.partitionMaxBytes(),
                config.fetchersPerSourceBroker(),
                !config.highPriority().isEmpty() || !config.lowPriority().isEmpty());
    }

    static LinkCeiling of(
            String link,
            @Nullable Double roundTripMs,
            int answerBytes,
            int partitionMaxBytes,
            int mostFetchers,
            boolean prioritized) {
        int fetchers = prioritized ? 1 : mostFetchers;
        int partitionBytes = Math.min(answerBytes, partitionMaxBytes);
        if (roundTripMs == null) {
            return new LinkCeiling(
                    link, null, answerBytes, partitionBytes, fetchers, prioritized, null, null, List.of());
        }
        double roundTripSeconds = roundTripMs / MS_PER_SECOND;
        return new LinkCeiling(
                link,
                roundTripMs,
                answerBytes,
                partitionBytes,
                fetchers,
                prioritized,
                (long) (fetchers * (double) answerBytes / roundTripSeconds),
                (long) (partitionBytes / roundTripSeconds),
                Stream.of(0.1, 1.0, 10.0)
                        .map(gbit -> line(gbit, roundTripSeconds, answerBytes, fetchers))
                        .toList());
    }

    private static Line line(double gbit, double roundTripSeconds, int answerBytes, int fetchers) {
        long bytesPerSecond = (long) (gbit * BYTES_PER_GBIT);
        double underway = roundTripSeconds * bytesPerSecond;
        double bytes = (double) fetchers * answerBytes;
        double needed = Math.ceil(ANSWERS_TO_IDLE * underway / answerBytes);
        return new Line(
                gbit < 1 ? Math.round(1_000 * gbit) + " Mbit/s" : Math.round(gbit) + " Gbit/s",
                bytesPerSecond,
                bytes / (bytes + underway),
                needed > LinkConfig.MOST_FETCHERS ? null : (int) Math.max(1, needed));
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        MirrorText.line(text, "Link", link);
        MirrorText.line(text, "Round trip", roundTripMs == null ? "not measured yet" : roundTripMs + " ms");
        MirrorText.line(
                text,
                "One fetch",
                new Size(answerBytes) + " at most, " + new Size(partitionBytes) + " of one partition; "
                        + fetchersPerSourceBroker + " at a time");
        if (maxBytesPerSecond == null || onePartitionMaxBytesPerSecond == null || roundTripMs == null) {
            return text.toString().stripTrailing();
        }
        MirrorText.line(
                text,
                "Ceiling",
                new Size(maxBytesPerSecond) + "/s from each source broker to each broker here, "
                        + new Size(onePartitionMaxBytesPerSecond) + "/s of one partition");
        Table table = new Table("line", "reached", "fetchersForNinetyPercent");
        lines.forEach(line -> table.row(
                line.name(),
                Math.round(100 * line.share()) + " %",
                line.fetchersForNinetyPercent() == null
                        ? "more than " + LinkConfig.MOST_FETCHERS
                        : line.fetchersForNinetyPercent()));
        text.append(String.format("%n%s", table.text()));
        if (lines.stream().allMatch(line -> line.share() >= GOAL)) {
            return text.toString();
        }
        text.append(String.format("%n%n"));
        text.append(prioritized ? withoutPriorities() : withMoreFetchers());
        text.append(String.format(
                "For few partitions: a larger %s.%n"
                        + "A source broker whose socket.send.buffer.bytes is %d, Kafka's default, sends about %s/s over one"
                        + " connection at this round trip; -1 there lets the operating system tune it.",
                LinkConfig.FETCH_MAX_BYTES, DEFAULT_SEND_BUFFER, new Size((long)
                        (DEFAULT_SEND_BUFFER * MS_PER_SECOND / roundTripMs))));
        return text.toString();
    }

    private String withMoreFetchers() {
        return String.format(
                "More: 'link-admin alter --link %s --config %s=<fetchers>' or a larger %s.%n",
                link, LinkConfig.NUM_FETCHERS, LinkConfig.FETCH_RESPONSE_MAX_BYTES);
    }

    private String withoutPriorities() {
        return String.format(
                "More: a larger %s, or no priorities: while the link has %s or %s, it has one fetch at a time.%n",
                LinkConfig.FETCH_RESPONSE_MAX_BYTES, LinkConfig.HIGH_PRIORITY, LinkConfig.LOW_PRIORITY);
    }
}
