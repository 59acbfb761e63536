/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.Optional;
import org.apache.kafka.common.resource.ResourcePattern;
import org.jspecify.annotations.Nullable;

/**
 * A key of the state topic, as text: {@code definitions}, {@code guard}, {@code broker/<id>}, {@code link/<name>},
 * {@code lag/<link>/<broker>}, {@code reverse/<link>/<broker>}, {@code task/<link>/<name>}, {@code group/<link>/<group>},
 * {@code mirror/<topic>}, {@code partition/<topic>/<number>} or {@code verify/<topic>/<number>}. Names of links and topics
 * hold no slash, so a key reads in one way only.
 *
 * <p>Immutable.
 *
 * @param <V> type of the value
 */
public record StateKey<V>(String text, Class<V> type) {

    private static final String BROKER = "broker/";
    private static final String LINK = "link/";
    private static final String LAG = "lag/";
    private static final String REVERSE = "reverse/";
    private static final String TASK = "task/";
    private static final String GROUP = "group/";
    private static final String ACLS = "acls/";
    private static final String MIRROR = "mirror/";
    private static final String PARTITION = "partition/";
    private static final String VERIFY = "verify/";

    public static final StateKey<DefinitionsStatus> DEFINITIONS =
            new StateKey<>("definitions", DefinitionsStatus.class);

    public static final StateKey<GuardStatus> GUARD = new StateKey<>("guard", GuardStatus.class);

    public static StateKey<BrokerStatus> broker(int broker) {
        return new StateKey<>(BROKER + broker, BrokerStatus.class);
    }

    public static StateKey<LinkStatus> link(String link) {
        return new StateKey<>(LINK + link, LinkStatus.class);
    }

    public static StateKey<LagReport> lag(String link, int broker) {
        return new StateKey<>(LAG + link + "/" + broker, LagReport.class);
    }

    public static StateKey<ReverseStatus> reverse(String link, int broker) {
        return new StateKey<>(REVERSE + link + "/" + broker, ReverseStatus.class);
    }

    public static StateKey<TaskStatus> task(String link, String task) {
        return new StateKey<>(TASK + link + "/" + task, TaskStatus.class);
    }

    /** @param group comes last, since it may hold anything */
    public static StateKey<GroupStatus> group(String link, String group) {
        return new StateKey<>(GROUP + link + "/" + group, GroupStatus.class);
    }

    /** @param resource its name comes last, since it may hold anything */
    public static StateKey<AclStatus> acls(String link, ResourcePattern resource) {
        return new StateKey<>(
                ACLS + link + "/" + resource.resourceType() + "/" + resource.patternType() + "/" + resource.name(),
                AclStatus.class);
    }

    public static StateKey<MirrorStatus> mirror(String topic) {
        return new StateKey<>(MIRROR + topic, MirrorStatus.class);
    }

    public static StateKey<PartitionStatus> partition(String topic, int partition) {
        return new StateKey<>(PARTITION + topic + "/" + partition, PartitionStatus.class);
    }

    public static StateKey<VerificationStatus> verification(String topic, int partition) {
        return new StateKey<>(VERIFY + topic + "/" + partition, VerificationStatus.class);
    }

    /** Whether only the coordinator writes it. */
    public boolean isOfCoordinator() {
        return this.equals(DEFINITIONS)
                || this.equals(GUARD)
                || text.startsWith(LINK)
                || text.startsWith(TASK)
                || text.startsWith(GROUP)
                || text.startsWith(ACLS)
                || text.startsWith(MIRROR);
    }

    /** The key that {@code text} stands for; empty when a newer version of the plugin wrote a kind unknown here. */
    public static Optional<StateKey<?>> parse(String text) {
        if (text.equals(DEFINITIONS.text())) {
            return Optional.of(DEFINITIONS);
        }
        if (text.equals(GUARD.text())) {
            return Optional.of(GUARD);
        }
        Class<?> type = typeOf(text);
        return type == null ? Optional.empty() : Optional.of(new StateKey<>(text, type));
    }

    private static @Nullable Class<?> typeOf(String text) {
        if (text.startsWith(BROKER)) {
            return BrokerStatus.class;
        }
        if (text.startsWith(LINK)) {
            return LinkStatus.class;
        }
        if (text.startsWith(LAG)) {
            return LagReport.class;
        }
        if (text.startsWith(REVERSE)) {
            return ReverseStatus.class;
        }
        if (text.startsWith(TASK)) {
            return TaskStatus.class;
        }
        if (text.startsWith(GROUP)) {
            return GroupStatus.class;
        }
        if (text.startsWith(ACLS)) {
            return AclStatus.class;
        }
        if (text.startsWith(MIRROR)) {
            return MirrorStatus.class;
        }
        if (text.startsWith(VERIFY)) {
            return VerificationStatus.class;
        }
        return text.startsWith(PARTITION) ? PartitionStatus.class : null;
    }
}
