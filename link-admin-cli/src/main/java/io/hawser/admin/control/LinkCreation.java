/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.config.LinkHalf;
import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.LinkState;
import io.hawser.status.LinkStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Creates a link and keeps it only if the brokers reach its source. Confined to the command's thread.
 */
public final class LinkCreation {

    /** Of half a link: what the other half cannot change. */
    private static final Set<FailureCode> HOPELESS = Set.of(
            FailureCode.INVALID_LINK_CONFIG,
            FailureCode.SELF_LINK,
            FailureCode.LISTENER_NOT_FOUND,
            FailureCode.NO_REVERSE_LISTENER);

    private final ControlPlane cluster;
    private final LinkDefinition link;

    /**
     * @param properties of the link, as its creator gave them
     * @throws CommandFailure if one is wrong, or a secret cannot be sealed
     */
    public LinkCreation(ControlPlane cluster, String name, Map<String, String> properties) {
        this.cluster = cluster;
        this.link = ControlPlane.requireValid(
                new LinkDefinition(name, Uuid.randomUuid(), cluster.sealed(name, properties)));
    }

    /** Has everything checked that can be without contacting the source. */
    public void check() {
        cluster.requirePlugin();
        cluster.change(this::with, true);
    }

    /**
     * What came of it.
     *
     * @param sourceClusterId empty if the source was not reached, or is here
     * @param waitsFor of half a link, why it is not connected to the other yet; null if it is, or was not looked at
     */
    public record Created(
            String link,
            LinkHalf half,
            String sourceClusterId,
            @Nullable Failure waitsFor) {

        /** For scripts; empty where there is none. */
        public record Answer(String link, String sourceClusterId, String waitsFor) {}

        public Answer answer() {
            return new Answer(
                    link,
                    sourceClusterId,
                    waitsFor == null ? "" : waitsFor.code().name());
        }

        public String text() {
            String what = half == LinkHalf.WHOLE
                    ? "link " + link
                    : "the " + half.name().toLowerCase(Locale.ROOT) + "'s half of link " + link;
            if (waitsFor != null) {
                return "Created " + what + "; not connected yet: " + waitsFor.code() + ": " + waitsFor.message() + ". "
                        + waitsFor.code().remedy();
            }
            if (!sourceClusterId.isEmpty()) {
                return "Created " + what + " to cluster " + sourceClusterId;
            }
            return half == LinkHalf.SOURCE ? "Created " + what : "Created " + what + "; its source was not checked";
        }
    }

    /**
     * Creates the link.
     *
     * @param contactSource whether to wait until a broker has reached the source, and to take the link back if none does; half a
     *     link is taken back only if it could never be connected as it is
     */
    public Created create(Duration timeout, boolean contactSource) {
        cluster.requirePlugin();
        cluster.change(this::with, false);
        LinkHalf half = LinkHalf.of(link.configs());
        if (!contactSource) {
            return new Created(link.name(), half, "", null);
        }
        boolean settled = cluster.await(
                timeout,
                snapshot -> status(snapshot)
                        .filter(status -> status.state() != LinkState.CONNECTING)
                        .isPresent());
        Optional<LinkStatus> status = status(cluster.state());
        Failure failure = status.map(LinkStatus::failure).orElse(null);
        boolean kept = settled && (failure == null || (half != LinkHalf.WHOLE && !HOPELESS.contains(failure.code())));
        if (kept && status.isPresent()) {
            return new Created(
                    link.name(), half, Objects.requireNonNullElse(status.get().sourceClusterId(), ""), failure);
        }
        cluster.change(this::without, false);
        throw failure == null
                ? CommandFailure.timedOut(
                        "Link " + link.name() + " was not created: no broker has reported on it within "
                                + timeout.toSeconds() + " s; see the brokers' logs")
                : CommandFailure.failed("Link " + link.name() + " was not created: " + failure.code() + ": "
                        + failure.message() + ". " + CommandFailure.remedyOfNothing(failure.code()));
    }

    private Optional<LinkStatus> status(StateSnapshot snapshot) {
        return snapshot.value(StateKey.link(link.name()))
                .filter(status -> status.definition().id().equals(link.id()));
    }

    private Definitions with(Definitions definitions) {
        SortedMap<String, LinkDefinition> links = new TreeMap<>(definitions.links());
        links.put(link.name(), link);
        return new Definitions(definitions.generation(), links, definitions.mirrors());
    }

    private Definitions without(Definitions definitions) {
        SortedMap<String, LinkDefinition> links = new TreeMap<>(definitions.links());
        links.remove(link.name());
        return new Definitions(definitions.generation(), links, definitions.mirrors());
    }
}
