/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A planned change of direction: writes stop here, the mirror on the other cluster takes over what is left and is promoted, and
 * the topic here can follow it.
 *
 * <p>Law: at no moment do both clusters take writes. What cannot be promoted is given back its writes here only after the promotion
 * there was taken back for good.
 *
 * <p>Confined to the command's thread.
 */
public final class SwitchOver {

    private static final Duration TAKEN_BACK = Duration.ofSeconds(30);

    private final Reversal here;
    private final ControlPlane there;

    public SwitchOver(Reversal here, ControlPlane there) {
        this.here = here;
        this.there = there;
    }

    /**
     * Stops writes here, and promotes there.
     *
     * @return what came of each topic: one without a code is writable there
     */
    public Map<String, ReversalOutcome> promote(List<String> topics, Duration timeout) {
        Map<String, String> topicsThere = here.bySourceTopic(topics);
        Map<String, ReversalOutcome> outcomes = new LinkedHashMap<>();
        IntentChange promotion = new IntentChange(there, MirrorIntent.PROMOTE);
        promotion.ask(topicsThere.keySet(), /* dryRun= */ true).values().stream()
                .filter(each -> each.code() != null)
                .forEach(each -> refuse(Objects.requireNonNull(topicsThere.remove(each.topic())), each, outcomes));
        here.takeBack(outcomes.keySet());
        here.begin(topicsThere.values());
        List<IntentChange.Outcome> promoted =
                promotion.awaitStopped(promotion.ask(topicsThere.keySet(), /* dryRun= */ false), timeout);
        List<String> late = new ArrayList<>();
        promoted.forEach(each -> {
            String topic = Objects.requireNonNull(topicsThere.get(each.topic()));
            if (MirrorState.STOPPED.name().equals(each.state())) {
                outcomes.put(topic, ReversalOutcome.of(topic, MirrorState.PENDING_RESTORE.name()));
            } else {
                late.add(each.topic());
                refuse(topic, each, outcomes);
            }
        });
        takeBack(promotion, late, topicsThere, outcomes);
        return outcomes;
    }

    private void takeBack(
            IntentChange promotion,
            List<String> late,
            Map<String, String> topicsThere,
            Map<String, ReversalOutcome> outcomes) {
        if (late.isEmpty()) {
            return;
        }
        // What no broker has taken up yet cannot be taken back yet, and looks as if it were.
        Set<String> askedBack = new HashSet<>(promotion.takeBack(late));
        boolean decided = there.await(
                TAKEN_BACK,
                snapshot -> late.stream()
                        .allMatch(topic -> snapshot.value(StateKey.mirror(topic))
                                .filter(status ->
                                        status.sealing() || (askedBack.contains(topic) && isTakenBack(status)))
                                .isPresent()));
        if (!decided) {
            throw CommandFailure.timedOut(
                    "Topics " + String.join(", ", late) + " are read-only on both clusters: whether they"
                            + " are promoted there is not decided. Run the command again, or see 'link-admin describe' there");
        }
        List<String> writableHere = new ArrayList<>();
        for (String topicThere : late) {
            String topic = Objects.requireNonNull(topicsThere.get(topicThere));
            Optional<MirrorStatus> status = there.state().value(StateKey.mirror(topicThere));
            if (askedBack.contains(topicThere)
                    && status.filter(SwitchOver::isTakenBack).isPresent()) {
                writableHere.add(topic);
            } else {
                outcomes.put(topic, ReversalOutcome.of(topic, MirrorState.PENDING_RESTORE.name()));
            }
        }
        here.takeBack(writableHere);
    }

    private static boolean isTakenBack(MirrorStatus status) {
        return status.definition().intent() == MirrorIntent.MIRROR && status.stopping() == null;
    }

    private void refuse(String topic, IntentChange.Outcome refused, Map<String, ReversalOutcome> outcomes) {
        outcomes.put(
                topic,
                ReversalOutcome.refused(
                        topic, null, String.valueOf(refused.code()), here.saidThere(refused.message())));
    }
}
