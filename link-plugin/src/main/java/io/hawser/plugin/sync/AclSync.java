/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import io.hawser.config.AclFilters;
import io.hawser.config.LinkConfig;
import io.hawser.plugin.coordinator.LinkTask;
import io.hawser.plugin.coordinator.LinkWork;
import io.hawser.plugin.coordinator.LinkWork.Mirror;
import io.hawser.plugin.coordinator.SourceState;
import io.hawser.plugin.coordinator.TaskReport;
import io.hawser.plugin.local.LocalAcls;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.AclsAnswer;
import io.hawser.source.kafka.LoginPrincipals;
import io.hawser.status.AclStatus;
import io.hawser.status.FailureCode;
import io.hawser.status.StateKey;
import io.hawser.status.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.resource.ResourcePattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ACLs those of the source, for as long as the link has a mirror.
 *
 * <p>Law: what is about to be created is in the state topic before it is, so that another broker that takes over knows it for
 * the link's own. An ACL that came from this cluster does not come back to it, else it could never be removed.
 *
 * <p>Confined to the task's thread.
 */
final class AclSync implements LinkTask {

    private static final Logger LOG = LoggerFactory.getLogger(AclSync.class);
    private static final int ACLS_PER_REQUEST = 500;

    @Override
    public String name() {
        return TaskStatus.ACLS;
    }

    @Override
    public boolean isEnabled(LinkConfig config) {
        return config.syncsAcls();
    }

    @Override
    public long intervalMs(LinkConfig config) {
        return config.aclSyncMs();
    }

    @Override
    public boolean endsPromotions() {
        return true;
    }

    @Override
    public TaskReport run(LinkWork work) throws SourceException {
        TaskReport report = new TaskReport();
        List.of("ACLs", "created", "removed").forEach(what -> report.count(what, 0));
        Map<String, String> mirrors =
                work.mirrors().stream().collect(Collectors.toMap(Mirror::topic, Mirror::sourceTopic));
        if (mirrors.isEmpty()) {
            return report;
        }
        AclsAnswer answer = work.source().acls();
        if (answer.error() == Errors.SECURITY_DISABLED) {
            report.skip(new SourceFailure(FailureCode.NO_AUTHORIZER, "the source has no authorizer"));
            return report;
        }
        if (answer.error() != Errors.NONE) {
            throw new SourceException(
                    SourceErrors.failure("ACLs of the source", "DESCRIBE on the cluster", answer.error()));
        }
        LocalAcls local = work.context().admin().acls();
        try {
            follow(work, local, new AclNames(work.config().prefix(), mirrors), answer.acls(), report);
        } catch (SecurityDisabledException e) {
            report.skip(new SourceFailure(FailureCode.NO_AUTHORIZER, "this cluster has no authorizer"));
        }
        return report;
    }

    private static void follow(
            LinkWork work, LocalAcls local, AclNames names, Set<AclBinding> ofSource, TaskReport report)
            throws SourceException {
        Map<AclBinding, List<String>> own = own(work);
        AclPlan plan = AclPlan.of(allowed(work, ofSource, report), names, local.all(), own.keySet());
        Map<AclBinding, List<String>> origins = origins(work, plan);
        report.count("ACLs", plan.followed().size());
        if (origins.isEmpty() && plan.removals().isEmpty()) {
            return;
        }
        Map<AclBinding, List<String>> before = new HashMap<>(own);
        before.putAll(origins);
        writeDown(work, own, before);

        Map<AclBinding, KafkaException> refused = inParts(origins.keySet(), local::create);
        Map<AclBinding, KafkaException> kept = inParts(plan.removals(), local::delete);

        Map<AclBinding, List<String>> after = new HashMap<>(before);
        refused.keySet().stream().filter(acl -> !own.containsKey(acl)).forEach(after::remove);
        plan.removals().stream().filter(acl -> !kept.containsKey(acl)).forEach(after::remove);
        writeDown(work, before, after);
        report.count("created", origins.size() - refused.size());
        report.count("removed", plan.removals().size() - kept.size());
        refused.forEach((acl, error) -> report.leaveOut(text(acl), "not created: " + error.getMessage()));
        kept.forEach((acl, error) -> report.leaveOut(text(acl), "not removed: " + error.getMessage()));
        LOG.info(
                "[{}] ACLs follow their source: {} created, {} removed",
                work.link().name(),
                origins.size() - refused.size(),
                plan.removals().size() - kept.size());
    }

    private static List<AclBinding> allowed(LinkWork work, Set<AclBinding> ofSource, TaskReport report) {
        AclFilters filters = work.config().aclFilters();
        AclGrants grants = new AclGrants(
                filters,
                LoginPrincipals.of(LinkConfig.resolved(
                        work.link().name(),
                        work.link().configs(),
                        work.context().secrets())));
        List<AclBinding> allowed = new ArrayList<>();
        for (AclBinding acl : ofSource) {
            if (filters.take(acl)) {
                grants.refusal(acl).ifPresentOrElse(why -> report.leaveOut(text(acl), why), () -> allowed.add(acl));
            }
        }
        return allowed;
    }

    /** What is to be created, with the clusters that it has come by. */
    private static Map<AclBinding, List<String>> origins(LinkWork work, AclPlan plan) throws SourceException {
        Map<AclBinding, List<String>> origins = new HashMap<>();
        if (!plan.creations().isEmpty()) {
            Map<AclBinding, List<String>> brought =
                    SourceState.read(work.sourceClusterId(), work.source()).acls();
            for (AclBinding acl : plan.creations()) {
                List<String> clusters = new ArrayList<>();
                clusters.add(work.sourceClusterId());
                clusters.addAll(brought.getOrDefault(plan.followed().get(acl), List.of()));
                if (!clusters.contains(work.context().clusterId())) {
                    origins.put(acl, clusters);
                }
            }
        }
        return origins;
    }

    private static Map<AclBinding, List<String>> own(LinkWork work) {
        Map<AclBinding, List<String>> own = new HashMap<>();
        work.book().all(AclStatus.class).stream()
                .filter(status -> status.link().equals(work.link().name()))
                .forEach(status -> own.putAll(status.acls()));
        return own;
    }

    /** Returns when the state topic has it. */
    private static void writeDown(
            LinkWork work, Map<AclBinding, List<String>> before, Map<AclBinding, List<String>> after) {
        Map<ResourcePattern, Map<AclBinding, List<String>>> known = byResource(before);
        Map<ResourcePattern, Map<AclBinding, List<String>>> wanted = byResource(after);
        Set<ResourcePattern> resources = new HashSet<>(known.keySet());
        resources.addAll(wanted.keySet());
        List<CompletionStage<Void>> writes = new ArrayList<>();
        for (ResourcePattern resource : resources) {
            StateKey<AclStatus> key = StateKey.acls(work.link().name(), resource);
            Map<AclBinding, List<String>> acls = wanted.get(resource);
            if (acls == null) {
                work.book().delete(key);
            } else if (!acls.equals(known.get(resource))) {
                writes.add(work.book().write(key, AclStatus.of(work.link().name(), resource, acls)));
            }
        }
        work.awaitKept(writes);
    }

    private static Map<ResourcePattern, Map<AclBinding, List<String>>> byResource(Map<AclBinding, List<String>> acls) {
        Map<ResourcePattern, Map<AclBinding, List<String>>> byResource = new HashMap<>();
        acls.forEach((acl, clusters) -> byResource
                .computeIfAbsent(acl.pattern(), resource -> new HashMap<>())
                .put(acl, clusters));
        return byResource;
    }

    private static Map<AclBinding, KafkaException> inParts(
            Collection<AclBinding> acls, Function<Collection<AclBinding>, Map<AclBinding, KafkaException>> change) {
        Map<AclBinding, KafkaException> refused = new HashMap<>();
        for (List<AclBinding> some : Parts.of(acls, ACLS_PER_REQUEST)) {
            refused.putAll(change.apply(some));
        }
        return refused;
    }

    private static String text(AclBinding acl) {
        return acl.entry().permissionType() + " " + acl.entry().principal() + " "
                + acl.entry().operation() + " on " + acl.pattern().resourceType() + " "
                + acl.pattern().name()
                + (acl.entry().host().equals("*") ? "" : " from " + acl.entry().host());
    }
}
