/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.view.Progress;
import io.hawser.admin.view.Size;
import io.hawser.admin.view.TopicLine;
import io.hawser.admin.view.VerificationView;
import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.Verification;
import io.hawser.status.Failure;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Lets mirror topics be compared with their source, and says what came of it. One that cannot be compared never holds up the others.
 *
 * <p>Confined to the command's thread.
 */
public final class VerificationRuns {

    private static final int STEPS = 1_000;

    private final ControlPlane cluster;
    private final Map<String, VerificationView> refused = new HashMap<>();
    private final Map<String, Verification> wanted = new LinkedHashMap<>();

    public VerificationRuns(ControlPlane cluster) {
        this.cluster = cluster;
    }

    /**
     * Asks; where a comparison is under way it goes on.
     *
     * @param maxBytesPerSecond null to leave the pace of what is under way as it is, and not to bound what begins
     * @param restart whether to begin anew where one is under way
     */
    public void ask(Collection<String> topics, @Nullable Long maxBytesPerSecond, boolean restart) {
        StateSnapshot snapshot = cluster.state();
        Definitions now = cluster.definitions();
        for (String topic : topics) {
            MirrorDefinition mirror = now.mirrors().get(topic);
            MirrorStatus status = snapshot.value(StateKey.mirror(topic)).orElse(null);
            if (mirror == null || status == null) {
                refuse(topic, "NOT_A_MIRROR", "not a mirror topic; see 'link-admin list'");
            } else if (mirror.intent() == MirrorIntent.DELETE || !status.established()) {
                refuse(topic, "NOT_POSSIBLE_NOW", notNow(mirror, status));
            } else {
                wanted.put(topic, wanted(status, snapshot, maxBytesPerSecond, restart));
            }
        }
        if (!with(now, wanted).mirrors().equals(now.mirrors())) {
            cluster.change(definitions -> with(definitions, wanted), false);
        }
    }

    /**
     * Ends what is under way, and forgets what came of others.
     *
     * @return those that somebody had asked to verify
     */
    public List<String> cancel(Collection<String> topics) {
        Definitions now = cluster.definitions();
        List<String> asked = topics.stream()
                .filter(topic ->
                        now.mirror(topic).map(MirrorDefinition::verification).isPresent())
                .toList();
        if (!asked.isEmpty()) {
            cluster.change(definitions -> definitions.withMirrors(asked, mirror -> mirror.verifying(null)), false);
        }
        return asked;
    }

    /** Waits until each topic is compared, or what is left only waits for its source. */
    public void await(Duration timeout) {
        StandingReasons reasons = new StandingReasons();
        try (Progress progress = Progress.of("Verifying", wanted.isEmpty() ? 0 : STEPS, wanted.size())) {
            cluster.await(timeout, snapshot -> {
                List<VerificationView> views = views(snapshot);
                List<VerificationView> open =
                        views.stream().filter(view -> !view.ended()).toList();
                double share = views.stream()
                        .mapToDouble(VerificationView::share)
                        .average()
                        .orElse(1);
                progress.show(
                        Math.round(share * STEPS),
                        detail(views, views.size() - open.size()),
                        open.stream().map(TopicLine::of));
                open.forEach(view -> reasons.observe(view.mirrorTopic(), view.holdUp()));
                return open.stream().allMatch(view -> reasons.stand(view.mirrorTopic()));
            });
        }
    }

    /**
     * How topics stand now.
     *
     * @param topics that were asked about
     */
    public List<VerificationView> views(Collection<String> topics) {
        Map<String, VerificationView> views = new HashMap<>(refused);
        views(cluster.state()).forEach(view -> views.put(view.mirrorTopic(), view));
        return topics.stream().map(views::get).toList();
    }

    private List<VerificationView> views(StateSnapshot snapshot) {
        return wanted.entrySet().stream()
                .map(each -> snapshot.value(StateKey.mirror(each.getKey()))
                        .map(status -> VerificationView.of(status, each.getValue(), snapshot))
                        .orElseGet(() -> VerificationView.refused(each.getKey(), "NOT_A_MIRROR", "is gone")))
                .toList();
    }

    private void refuse(String topic, String code, String message) {
        refused.put(topic, VerificationView.refused(topic, code, message));
    }

    private static String detail(List<VerificationView> views, int ended) {
        long bytes = views.stream().mapToLong(VerificationView::sourceBytes).sum();
        return ended + " of " + views.size() + " topics, " + new Size(bytes);
    }

    private static Verification wanted(
            MirrorStatus status, StateSnapshot snapshot, @Nullable Long maxBytesPerSecond, boolean restart) {
        Verification known = status.definition().verification();
        if (known == null
                || restart
                || VerificationView.of(status, known, snapshot).ended()) {
            return new Verification(
                    Uuid.randomUuid(), maxBytesPerSecond == null ? Verification.UNLIMITED : maxBytesPerSecond);
        }
        return new Verification(known.id(), maxBytesPerSecond == null ? known.maxBytesPerSecond() : maxBytesPerSecond);
    }

    private static String notNow(MirrorDefinition mirror, MirrorStatus status) {
        Failure failure = status.failure();
        if (mirror.intent() == MirrorIntent.DELETE) {
            return "is being deleted";
        }
        return "is not created yet" + (failure == null ? "" : ": " + failure.message());
    }

    private static Definitions with(Definitions definitions, Map<String, Verification> wanted) {
        return definitions.withMirrors(wanted.keySet(), mirror -> mirror.verifying(wanted.get(mirror.topic())));
    }
}
