/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.status.Failure;
import io.hawser.status.LinkState;
import io.hawser.status.LinkStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * Creates a link and keeps it only if the brokers reach its source. Confined to the command's thread.
 */
public final class LinkCreation {

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
     * Creates the link.
     *
     * @param contactSource whether to wait until a broker has reached the source, and to take the link back if none does
     * @return the source's cluster id; empty if it was not contacted
     */
    public String create(Duration timeout, boolean contactSource) {
        cluster.requirePlugin();
        cluster.change(this::with, false);
        if (!contactSource) {
            return "";
        }
        boolean settled = cluster.await(
                timeout,
                snapshot -> status(snapshot)
                        .filter(status -> status.state() != LinkState.CONNECTING)
                        .isPresent());
        Optional<LinkStatus> status = status(cluster.state());
        if (settled && status.isPresent() && status.get().failure() == null) {
            return String.valueOf(status.get().sourceClusterId());
        }
        cluster.change(this::without, false);
        Failure failure = status.map(LinkStatus::failure).orElse(null);
        throw failure == null
                ? CommandFailure.timedOut(
                        "Link " + link.name() + " was not created: no broker has reported on it within "
                                + timeout.toSeconds() + " s; see the brokers' logs")
                : CommandFailure.failed("Link " + link.name() + " was not created: " + failure.code() + ": "
                        + failure.message() + ". " + failure.code().remedy().replace("alter --link", "create --link"));
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
