/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.view.DrillView.Check;
import io.hawser.admin.view.DrillView.State;
import io.hawser.definition.PluginSetting;
import io.hawser.status.BrokerStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.LogDirDescription;

/** What follows from the state of the brokers here. No state. */
final class BrokerChecks {

    static final String PLUGIN = "plugin";
    static final String VERSIONS = "versions";
    static final String DISK = "disk";

    private static final double SCARCE = 0.05;
    private static final double LOW = 0.15;

    private BrokerChecks() {}

    /**
     * Whether links run on each broker.
     *
     * @param authorizers by broker, its {@code authorizer.class.name}; empty for none
     */
    static List<Check> plugin(Map<Integer, String> authorizers, StateSnapshot snapshot) {
        Findings findings = new Findings(PLUGIN);
        authorizers.forEach((broker, authorizer) -> {
            BrokerStatus status = snapshot.value(StateKey.broker(broker)).orElse(null);
            if (!authorizer.equals(PluginSetting.PLUGIN)) {
                findings.fail("NO_PLUGIN", "broker " + broker, "lets mirrors be written: install the plugin there");
            } else if (status == null) {
                findings.unknown("NOT_REPORTED", "broker " + broker, "has not told whether links run there");
            } else if (!status.running()) {
                findings.fail("LINKS_NOT_RUNNING", "broker " + broker, String.valueOf(status.reason()));
            }
        });
        return findings.checks("links run on " + Findings.brokers(names(authorizers.keySet())));
    }

    static List<Check> versions(Set<Integer> brokers, StateSnapshot snapshot) {
        Set<String> versions = new TreeSet<>();
        Findings findings = new Findings(VERSIONS);
        for (int broker : brokers) {
            snapshot.value(StateKey.broker(broker))
                    .ifPresentOrElse(
                            status -> versions.add(status.pluginVersion() + " on Kafka " + status.kafkaVersion()),
                            () -> findings.unknown("NOT_REPORTED", "broker " + broker, "has not told its version"));
        }
        if (versions.size() > 1) {
            findings.warn(
                    "VERSIONS_DIFFER", String.join(", ", versions), "bring all brokers to the same plugin and Kafka");
        }
        return findings.checks("plugin " + String.join(", ", versions) + " on each broker");
    }

    /**
     * Whether there is room for what the source will send.
     *
     * @param dirs by broker and folder
     * @param lackingBytes by broker, what it has still to get of the partitions that it holds
     */
    static List<Check> disk(Map<Integer, Map<String, LogDirDescription>> dirs, Map<Integer, Long> lackingBytes) {
        Findings findings = new Findings(DISK);
        double least = 1;
        for (Map.Entry<Integer, Map<String, LogDirDescription>> ofBroker : dirs.entrySet()) {
            long usable = 0;
            for (Map.Entry<String, LogDirDescription> dir : ofBroker.getValue().entrySet()) {
                String name = "broker " + ofBroker.getKey() + " " + dir.getKey();
                LogDirDescription description = dir.getValue();
                if (description.error() != null) {
                    findings.fail(
                            "LOG_DIR_FAILED",
                            name,
                            String.valueOf(description.error().getMessage()));
                } else if (description.totalBytes().isEmpty()
                        || description.usableBytes().isEmpty()
                        || description.totalBytes().getAsLong() <= 0) {
                    findings.unknown("SPACE_UNKNOWN", name, "does not tell how much space it has");
                } else {
                    usable += description.usableBytes().getAsLong();
                    double share = (double) description.usableBytes().getAsLong()
                            / description.totalBytes().getAsLong();
                    least = Math.min(least, share);
                    if (share < LOW) {
                        findings.add(
                                share < SCARCE ? State.FAIL : State.WARN,
                                share < SCARCE ? "DISK_FULL" : "DISK_LOW",
                                name,
                                percent(share) + " of it is free: mirrors stand still on a full disk, and new writes"
                                        + " come after a failover");
                    }
                }
            }
            long lacking = lackingBytes.getOrDefault(ofBroker.getKey(), 0L);
            if (lacking > usable
                    && ofBroker.getValue().values().stream()
                            .allMatch(dir -> dir.totalBytes().isPresent())) {
                findings.fail(
                        "DISK_TOO_SMALL",
                        "broker " + ofBroker.getKey(),
                        "about " + lacking + " bytes are still to be mirrored, and " + usable + " are free");
            }
        }
        return findings.checks("at least " + percent(least) + " free on " + Findings.brokers(names(dirs.keySet())));
    }

    private static List<String> names(Set<Integer> brokers) {
        return brokers.stream().sorted().map(String::valueOf).collect(Collectors.toList());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", Math.floor(100 * share));
    }
}
