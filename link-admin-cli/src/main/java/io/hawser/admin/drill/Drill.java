/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ClientSettings;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.view.DrillView;
import io.hawser.admin.view.DrillView.Canary;
import io.hawser.admin.view.DrillView.Check;
import io.hawser.admin.view.DrillView.State;
import io.hawser.admin.view.Durations;
import io.hawser.config.LinkConfig;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.PluginSetting;
import io.hawser.definition.TopicNames;
import io.hawser.status.Failure;
import io.hawser.status.SourceFence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/** The drill of one link: the report, and if it is asked for the rehearsal of a failover. Confined to the command's thread. */
public final class Drill implements AutoCloseable {

    /** What a rehearsal is reported under. */
    public static final String CANARY = "canary";

    private static final String RPO = "rpo";
    private static final String RTO = "rto";
    private static final String SOURCE_FENCE = "source-fence";

    /** Kafka's names have room for more; but a link's may take all of it. */
    private static final int LINK_NAME_SHOWN = 100;

    private static final int MOST_PARTITIONS = 50;

    private final ControlPlane cluster;
    private final String link;
    private final LinkConfig config;
    private final ClientSettings here;
    private final Looked<ClientSettings> there;
    private final Admin admin;
    private final @Nullable Admin sourceAdmin;

    /**
     * @param there how the source is reached
     * @throws CommandFailure if there is no such link
     */
    public Drill(ControlPlane cluster, String link, ClientSettings here, Supplier<ClientSettings> there) {
        this.cluster = cluster;
        this.link = link;
        LinkDefinition definition = cluster.definitions().link(link).orElseThrow(() -> CommandFailure.noSuchLink(link));
        this.config = LinkConfig.unresolved(definition.configs());
        this.here = here;
        this.there = Looked.at("the source", "", there);
        this.admin = here.admin();
        ClientSettings source = this.there.value();
        this.sourceAdmin = source == null ? null : source.admin();
    }

    /** What the drill came to, and the exit code of its rehearsal: 3 if that ran out of time. */
    public record Result(DrillView view, int exitCode) {}

    /**
     * @param rpo how much may be lost, as a time; null for no bound
     * @param rto how long it may take until writes are acknowledged here; null for no bound
     * @param skipped names of checks that are left out
     * @param timeout of the rehearsal; null for none
     */
    public Result run(@Nullable Duration rpo, @Nullable Duration rto, Set<String> skipped, @Nullable Duration timeout) {
        ClusterFacts facts = new ClusterFacts(admin, "here");
        Looked<ClusterFacts> source = source();
        List<Check> checks = new ArrayList<>(new Readiness(cluster, link, config, facts, source).report(rpo, skipped));
        if (timeout == null) {
            return new Result(DrillView.of(link, checks, null), 0);
        }
        Check obstacle = obstacle(checks, source);
        ClientSettings sourceSettings = there.value();
        if (obstacle != null || sourceSettings == null) {
            checks.add(obstacle);
            return new Result(DrillView.of(link, checks, null), 0);
        }
        Set<Integer> brokers = facts.brokers().value();
        CanaryDrill drill = new CanaryDrill(
                cluster,
                here,
                sourceSettings,
                link,
                canaryTopic(),
                brokers == null ? 1 : Math.min(MOST_PARTITIONS, Math.max(1, brokers.size())),
                timeout);
        Canary canary = drill.run(config.fencesSource());
        checks.addAll(verdicts(canary, rpo, rto, drill));
        int exitCode = drill.failure() instanceof CommandFailure failure ? failure.exitCode() : 0;
        return new Result(DrillView.of(link, checks, canary), exitCode);
    }

    private List<Check> verdicts(Canary canary, @Nullable Duration rpo, @Nullable Duration rto, CanaryDrill drill) {
        List<Check> checks = new ArrayList<>();
        if (drill.failure() != null) {
            checks.add(
                    Check.fail(CANARY, "FAILED", String.valueOf(drill.failure().getMessage())));
        }
        Long rpoMs = canary.rpoMs();
        if (rpoMs != null) {
            String lost =
                    canary.recordsLost() + " of " + canary.recordsAcknowledged() + " records, " + Durations.text(rpoMs);
            checks.add(target(RPO, lost, rpoMs, rpo));
        }
        Long rtoMs = canary.rtoMs();
        if (rtoMs != null) {
            checks.add(target(RTO, rtoMs + "ms", rtoMs, rto));
        }
        if (rtoMs != null && config.fencesSource()) {
            checks.add(fence(drill.fence()));
        }
        canary.leftBehind().forEach(left -> checks.add(Check.fail(CANARY, "LEFT_BEHIND", left)));
        return checks;
    }

    private static Check target(String name, String measured, long ms, @Nullable Duration target) {
        if (target == null) {
            return Check.ok(name, measured);
        }
        String text = measured + ", target " + Durations.text(target.toMillis());
        return ms <= target.toMillis() ? Check.ok(name, text) : Check.fail(name, "TARGET_MISSED", text);
    }

    private static Check fence(@Nullable SourceFence fence) {
        if (fence == null) {
            return Check.unknown(
                    SOURCE_FENCE, "NOT_TOLD", "whether the source topic became read-only was not told in time");
        }
        Failure failure = fence.failure();
        return failure == null
                ? Check.ok(SOURCE_FENCE, "the source topic became read-only after the failover")
                : Check.warn(
                        SOURCE_FENCE,
                        failure.code().name(),
                        failure.message() + ". " + failure.code().remedy());
    }

    /** Why no rehearsal is begun; null if it is. */
    private @Nullable Check obstacle(List<Check> checks, Looked<ClusterFacts> source) {
        for (Check check : checks) {
            boolean inTheWay =
                    check.check().equals(LinkChecks.LINK) || check.check().equals(BrokerChecks.PLUGIN);
            if (inTheWay && check.state() == State.FAIL) {
                return notRun(String.valueOf(check.code()), check.check() + " stands in the way");
            }
        }
        ClusterFacts facts = source.value();
        if (facts == null) {
            return notRun(String.valueOf(source.code()), source.why());
        }
        return config.fencesSource() ? notRemovable(facts) : null;
    }

    /** A source with the plugin makes the canary read-only, and lets it be deleted only by who may change its links. */
    private @Nullable Check notRemovable(ClusterFacts source) {
        var authorizers = source.brokers().then(source::authorizers).value();
        boolean withoutPlugin = authorizers != null && !authorizers.containsValue(PluginSetting.PLUGIN);
        ClientSettings settings = there.value();
        if (withoutPlugin || settings == null) {
            return null;
        }
        try (ControlPlane plane = new ControlPlane(settings)) {
            plane.change(definitions -> definitions, /* dryRun= */ true);
            return null;
        } catch (AuthorizationException e) {
            return notRun(
                    "AUTHORIZATION",
                    "a failover makes the canary read-only on the source, and to remove it there link-admin needs"
                            + " ALTER_CONFIGS on its cluster and READ on " + TopicNames.STATE_TOPIC
                            + "; or set source.fence.enable=false");
        } catch (CommandFailure e) {
            return notRun("NOT_ANSWERED", "the source's own links cannot be seen: " + e.getMessage());
        }
    }

    private static Check notRun(String code, String why) {
        return Check.unknown(CANARY, code, "no failover was rehearsed: " + why);
    }

    /** With which the names of all canaries of a link begin. */
    static String canaryPrefix(String link) {
        return TopicNames.CANARY_PREFIX + link.substring(0, Math.min(LINK_NAME_SHOWN, link.length())) + "-";
    }

    private String canaryTopic() {
        return canaryPrefix(link)
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    /** Asked once whether it is there, so that not each question waits in vain. */
    private Looked<ClusterFacts> source() {
        Admin source = sourceAdmin;
        if (source == null) {
            return Looked.unknown(String.valueOf(there.code()), there.why());
        }
        ClusterFacts facts = new ClusterFacts(source, "on the source");
        return facts.brokers().then(brokers -> Looked.known(facts));
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
        if (sourceAdmin != null) {
            sourceAdmin.close(Duration.ofSeconds(1));
        }
    }
}
