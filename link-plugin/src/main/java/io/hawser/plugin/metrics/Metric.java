/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import java.util.List;
import java.util.Locale;

/**
 * All that the plugin shows, but for what needs no broker ({@code type=LinkAuthorizer}). Names of types, metrics and tags are relied on by
 * dashboards and alerts. No more than two tags, since the usual rules of exporters know no more.
 */
public enum Metric {
    LINK_BYTES_IN(
            "Link",
            "BytesInPerSec",
            Kind.COUNTER,
            "Bytes appended to mirrors, as the source had compressed them.",
            Tag.LINK),
    LINK_RECORDS_IN("Link", "RecordsInPerSec", Kind.COUNTER, "Records appended to mirrors.", Tag.LINK),
    LINK_BATCHES_IN("Link", "BatchesInPerSec", Kind.COUNTER, "Batches appended to mirrors.", Tag.LINK),
    LINK_THROTTLED(
            "Link",
            "ThrottledMsPerSec",
            Kind.COUNTER,
            "Milliseconds in which a limit of the link or of the broker, or a quota of the source, kept back what was to be had.",
            Tag.LINK),
    LINK_LAG_RECORDS("Link", "LagRecords", Kind.GAUGE, "Sum over its partitions whose lag is known.", Tag.LINK),
    LINK_LAG_BYTES(
            "Link", "LagBytes", Kind.GAUGE, "Sum over its partitions whose lag is known; an estimate.", Tag.LINK),
    LINK_LAG_SECONDS(
            "Link",
            "LagSeconds",
            Kind.GAUGE,
            "Of its partitions whose lag is known, the one furthest behind. What a delay holds back is not late.",
            Tag.LINK),
    LINK_UNKNOWN_LAGS(
            "Link",
            "UnknownLagPartitions",
            Kind.GAUGE,
            "Partitions that are to follow and whose lag is not known: the source has not answered lately, or nothing fetches them.",
            Tag.LINK),
    LINK_FETCH_AGE(
            "Link",
            "FetchAgeSeconds",
            Kind.GAUGE,
            "The longest time since a source broker that is asked for one of its partitions has answered.",
            Tag.LINK),
    LINK_RETENTION_LEFT(
            "Link",
            "RetentionLeftSeconds",
            Kind.GAUGE,
            "Of the partitions that are behind, the shortest time for which the source still keeps what comes next; below 0 when it may"
                    + " be gone, NaN when no partition is behind, or the source keeps all.",
            Tag.LINK),
    LINK_UNACKED_BYTES(
            "Link",
            "UnackedBytes",
            Kind.GAUGE,
            "Bytes in the leaders' logs here that are not known to be on all in-sync replicas yet.",
            Tag.LINK),
    LINK_PARTITIONS(
            "Link",
            "Partitions",
            Kind.GAUGE,
            "Mirror partitions that this broker leads, by state.",
            Tag.LINK,
            Tag.STATE),
    LINK_FAILED_PARTITIONS(
            "Link",
            "FailedPartitions",
            Kind.GAUGE,
            "Mirror partitions that this broker leads and that do not go on, by the reason's code.",
            Tag.LINK,
            Tag.REASON),
    LINK_STATE(
            "Link",
            "State",
            Kind.GAUGE,
            "1 for the state that the link is in. The coordinator alone shows it.",
            Tag.LINK,
            Tag.STATE),
    LINK_MIRROR_TOPICS(
            "Link",
            "MirrorTopics",
            Kind.GAUGE,
            "Mirror topics by state. The coordinator alone shows it.",
            Tag.LINK,
            Tag.STATE),

    TOPIC_LAG_RECORDS(
            "MirrorTopic", "LagRecords", Kind.GAUGE, "As of the link, of one mirror topic.", Tag.LINK, Tag.TOPIC),
    TOPIC_LAG_BYTES("MirrorTopic", "LagBytes", Kind.GAUGE, "As of the link, of one mirror topic.", Tag.LINK, Tag.TOPIC),
    TOPIC_LAG_SECONDS(
            "MirrorTopic", "LagSeconds", Kind.GAUGE, "As of the link, of one mirror topic.", Tag.LINK, Tag.TOPIC),
    TOPIC_FETCH_AGE(
            "MirrorTopic", "FetchAgeSeconds", Kind.GAUGE, "As of the link, of one mirror topic.", Tag.LINK, Tag.TOPIC),
    TOPIC_RETENTION_LEFT(
            "MirrorTopic",
            "RetentionLeftSeconds",
            Kind.GAUGE,
            "As of the link, of one mirror topic.",
            Tag.LINK,
            Tag.TOPIC),
    TOPIC_UNKNOWN_LAGS(
            "MirrorTopic",
            "UnknownLagPartitions",
            Kind.GAUGE,
            "As of the link, of one mirror topic.",
            Tag.LINK,
            Tag.TOPIC),

    PARTITION_LAG_RECORDS(
            "MirrorPartition",
            "LagRecords",
            Kind.GAUGE,
            "Source high watermark minus the mirror's log end offset; NaN when not known, never 0.",
            Tag.TOPIC,
            Tag.PARTITION),
    PARTITION_LAG_BYTES(
            "MirrorPartition",
            "LagBytes",
            Kind.GAUGE,
            "Estimated from the mean size of what was fetched last; NaN when not known.",
            Tag.TOPIC,
            Tag.PARTITION),
    PARTITION_LAG_SECONDS(
            "MirrorPartition",
            "LagSeconds",
            Kind.GAUGE,
            "Time since the mirror last held all that the source had; 0 when the last fetch proved that it does, NaN when not known.",
            Tag.TOPIC,
            Tag.PARTITION),
    PARTITION_FETCH_AGE(
            "MirrorPartition",
            "FetchAgeSeconds",
            Kind.GAUGE,
            "Time since the source broker that is asked for it has answered; NaN before the first answer.",
            Tag.TOPIC,
            Tag.PARTITION),

    TASK_SUCCESS_AGE(
            "Task",
            "SuccessAgeSeconds",
            Kind.GAUGE,
            "Time since a run of one of the link's tasks last ended well; NaN before the first. The coordinator alone shows it, of tasks"
                    + " that the link's properties ask for.",
            Tag.LINK,
            Tag.TASK),
    TASK_FAILED(
            "Task",
            "Failed",
            Kind.GAUGE,
            "1 while the task fails and is tried again, 0 otherwise. The coordinator alone shows it.",
            Tag.LINK,
            Tag.TASK),
    TASK_LEFT_OUT(
            "Task",
            "LeftOut",
            Kind.GAUGE,
            "Groups, ACLs or topics that the last good run could not take over; describe --link names them. The coordinator alone shows it.",
            Tag.LINK,
            Tag.TASK),
    GROUPS(
            "GroupOffsets",
            "Groups",
            Kind.GAUGE,
            "Groups of the source that the link's filters take. The coordinator alone shows it.",
            Tag.LINK),
    GROUPS_COVERED(
            "GroupOffsets",
            "CoveredRatio",
            Kind.GAUGE,
            "Part of those groups whose offsets the last good run brought, 0 to 1; NaN when there are none. The coordinator alone shows it.",
            Tag.LINK),

    REVERSE_CONNECTED(
            "ReverseConnections",
            "ConnectedBrokers",
            Kind.GAUGE,
            "Of a link that the source initiates: brokers of the other side that this one is connected with.",
            Tag.LINK),
    REVERSE_WAITING(
            "ReverseConnections", "WaitingConnections", Kind.GAUGE, "Connections that wait to be used.", Tag.LINK),

    RECEIVE_MEMORY_USED(
            "Broker",
            "ReceiveMemoryUsedBytes",
            Kind.GAUGE,
            "Answers of sources that are being received or appended just now."),
    RECEIVE_MEMORY_LIMIT("Broker", "ReceiveMemoryLimitBytes", Kind.GAUGE, "The most that may be."),
    COORDINATES(
            "Broker",
            "Coordinates",
            Kind.GAUGE,
            "1 on the broker that does what is to be done once for all links, 0 on others."),
    UNGUARDED_CONTROLLERS(
            "Broker",
            "UnguardedControllers",
            Kind.GAUGE,
            "Controllers without the plugin, which do not refuse all changes of mirror topics; NaN if none is known and some could not be asked. The coordinator alone shows it.");

    /** How it is read. */
    public enum Kind {
        /** Attribute {@code Value}. */
        GAUGE,
        /** Attribute {@code Count}, which only grows while the broker runs, and rates of the last minutes. */
        COUNTER
    }

    /** What it is of. */
    public enum Tag {
        LINK,
        TOPIC,
        PARTITION,
        STATE,
        REASON,
        TASK;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String type;
    private final String text;
    private final Kind kind;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<Tag> tags;

    Metric(String type, String text, Kind kind, String description, Tag... tags) {
        this.type = type;
        this.text = text;
        this.kind = kind;
        this.description = description;
        this.tags = List.of(tags);
    }

    public String type() {
        return type;
    }

    /** The name that it is shown by. */
    public String text() {
        return text;
    }

    public Kind kind() {
        return kind;
    }

    public String description() {
        return description;
    }

    public List<Tag> tags() {
        return tags;
    }
}
