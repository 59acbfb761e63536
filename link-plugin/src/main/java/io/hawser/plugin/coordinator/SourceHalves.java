/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.LinkConfig;
import io.hawser.definition.LinkDefinition;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.LinkState;
import io.hawser.status.LinkStatus;
import io.hawser.status.ReverseStatus;
import io.hawser.status.StateKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state of links whose other half, on the destination, does all that is to be done: what the brokers here tell of their
 * connections, drawn together.
 *
 * <p>Confined to the coordinator's thread.
 */
final class SourceHalves {

    /** A few reports may be late. */
    private static final long CURRENT_FOR_MS = 30_000;

    private final CoordinatorContext context;
    private final StatusBook book;
    private final Map<StateKey<ReverseStatus>, Heard> heard = new HashMap<>();

    /** When a report came, by this broker's clock: that of the reporting one may be another time. */
    private record Heard(long atMs, long receivedMs) {}

    SourceHalves(CoordinatorContext context, StatusBook book) {
        this.context = context;
        this.book = book;
    }

    void report(LinkDefinition link) {
        long nowMs = context.time().milliseconds();
        long generation = context.definitions().get().generation();
        book.change(StateKey.link(link.name()), known -> {
            LinkStatus status = known != null && known.definition().id().equals(link.id())
                    ? known
                    : new LinkStatus(link, generation, null, LinkState.CONNECTING, null, nowMs, null);
            return judged(
                    status.definition().equals(link) ? status : status.withDefinition(link, generation), link, nowMs);
        });
    }

    private LinkStatus judged(LinkStatus status, LinkDefinition link, long nowMs) {
        if (LinkConfig.unresolved(link.configs()).paused()) {
            return status.withState(LinkState.PAUSED, null, nowMs);
        }
        List<ReverseStatus> reports = context.state().snapshot().all(ReverseStatus.class).stream()
                .filter(report -> report.link().equals(link.name()) && isCurrent(report))
                .filter(report -> context.cluster().get().liveBrokers().contains(report.broker()))
                .toList();
        Failure failure = reports.stream()
                .flatMap(report -> Optional.ofNullable(problem(report)).stream())
                .findFirst()
                .orElse(null);
        if (failure != null) {
            return status.withState(LinkState.DESTINATION_UNAVAILABLE, failure, nowMs);
        }
        boolean all = reports.stream()
                .filter(ReverseStatus::anyConnected)
                .map(ReverseStatus::broker)
                .collect(Collectors.toSet())
                .containsAll(context.cluster().get().liveBrokers());
        return all ? status.withState(LinkState.ACTIVE, null, nowMs) : status;
    }

    private boolean isCurrent(ReverseStatus report) {
        long nowMs = context.time().hiResClockMs();
        Heard last = heard.compute(
                StateKey.reverse(report.link(), report.broker()),
                (key, before) ->
                        before == null || before.atMs() != report.atMs() ? new Heard(report.atMs(), nowMs) : before);
        return nowMs - last.receivedMs() < CURRENT_FOR_MS;
    }

    /** Why a broker is connected to none of the destination's; null if it is to one, or has not tried yet. */
    private static @Nullable Failure problem(ReverseStatus report) {
        if (report.failure() != null) {
            return named(report, report.failure().code(), report.failure().message());
        }
        if (report.anyConnected()) {
            return null;
        }
        Function<ReverseStatus.Peer, Optional<Failure>> failure = peer -> peer.code() == null || peer.problem() == null
                ? Optional.empty()
                : Optional.of(named(report, peer.code(), peer.address() + ": " + peer.problem()));
        return report.peers().stream()
                .flatMap(peer -> failure.apply(peer).stream())
                .findFirst()
                .orElse(null);
    }

    private static Failure named(ReverseStatus report, FailureCode code, String message) {
        return new Failure(code, "broker " + report.broker() + " to " + message, report.atMs());
    }
}
