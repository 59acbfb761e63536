/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.config.LinkConfig;
import io.hawser.config.LinkHalf;
import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.status.Failure;
import io.hawser.status.LinkState;
import io.hawser.status.LinkStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** Changes or removes a link that exists. Confined to the command's thread. */
public final class LinkChange {

    private final ControlPlane cluster;
    private final String name;

    public LinkChange(ControlPlane cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Has it checked that properties can be set and unset, without contacting the source. */
    public void check(Map<String, String> given, Collection<String> unset) {
        Map<String, String> set = cluster.sealed(name, given);
        cluster.change(definitions -> with(definitions, changed(definitions, set, unset)), true);
    }

    /**
     * Sets and unsets properties; returns when the coordinator has taken them up. Until the source has answered to other
     * addresses or credentials, the link goes on with those that it had.
     *
     * @param contactSource whether to wait until it has, and to take the change back if it does not; means nothing on the source
     */
    public void change(Map<String, String> given, Collection<String> unset, Duration timeout, boolean contactSource) {
        Map<String, String> set = cluster.sealed(name, given);
        AtomicReference<LinkDefinition> before = new AtomicReference<>();
        cluster.change(
                definitions -> {
                    before.set(require(definitions));
                    return with(definitions, changed(definitions, set, unset));
                },
                false);
        Map<String, String> old = Objects.requireNonNull(before.get()).configs();
        Map<String, String> fresh = changed(old, set, unset);
        boolean proves =
                contactSource && LinkHalf.of(fresh) != LinkHalf.SOURCE && !LinkConfig.sameConnection(old, fresh);
        boolean settled = cluster.await(
                timeout,
                snapshot -> takenUp(snapshot, set, unset)
                        .filter(status -> !proves || status.state() != LinkState.CONNECTING)
                        .isPresent());
        Failure failure =
                takenUp(cluster.state(), set, unset).map(LinkStatus::failure).orElse(null);
        if (settled && (!proves || failure == null)) {
            return;
        }
        if (!proves) {
            throw CommandFailure.timedOut("Link " + name
                    + " was changed, but no broker has taken that up yet; see 'link-admin describe --link " + name
                    + "'");
        }
        cluster.change(definitions -> with(definitions, takenBack(definitions, fresh, old)), false);
        throw failure == null
                ? CommandFailure.timedOut("Link " + name + " was not changed: no broker has reported on it within "
                        + timeout.toSeconds() + " s; see the brokers' logs, or give --no-validate")
                : CommandFailure.failed("Link " + name + " was not changed, and goes on as it was: " + failure.code()
                        + ": " + failure.message() + ". Correct it, or give --no-validate to change it all the same");
    }

    private Optional<LinkStatus> takenUp(StateSnapshot snapshot, Map<String, String> set, Collection<String> unset) {
        return snapshot.value(StateKey.link(name)).filter(status -> {
            Map<String, String> configs = status.definition().configs();
            return configs.entrySet().containsAll(set.entrySet())
                    && unset.stream().noneMatch(configs::containsKey);
        });
    }

    /** Unless somebody else has changed it since. */
    private LinkDefinition takenBack(Definitions definitions, Map<String, String> fresh, Map<String, String> old) {
        LinkDefinition link = require(definitions);
        return link.configs().equals(fresh) ? link.withConfigs(old) : link;
    }

    /** Has it checked that the link can be removed. */
    public void checkRemoval() {
        cluster.change(this::removed, true);
    }

    /** Removes the link with the records of its mirrors that are writable already. */
    public void remove(Duration timeout) {
        cluster.change(this::removed, false);
        if (!cluster.await(
                timeout, snapshot -> snapshot.value(StateKey.link(name)).isEmpty())) {
            throw CommandFailure.timedOut("Link " + name
                    + " was deleted, but no broker has taken that up yet; see 'link-admin list --links'");
        }
    }

    private Definitions removed(Definitions definitions) {
        require(definitions);
        SortedMap<String, LinkDefinition> links = new TreeMap<>(definitions.links());
        links.remove(name);
        SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>(definitions.mirrors());
        mirrors.values().removeIf(mirror -> mirror.link().equals(name) && !mirror.readOnly());
        return new Definitions(definitions.generation(), links, mirrors);
    }

    private LinkDefinition require(Definitions definitions) {
        return definitions.link(name).orElseThrow(() -> CommandFailure.noSuchLink(name));
    }

    private LinkDefinition changed(Definitions definitions, Map<String, String> set, Collection<String> unset) {
        LinkDefinition link = require(definitions);
        return ControlPlane.requireValid(link.withConfigs(changed(link.configs(), set, unset)));
    }

    private static Map<String, String> changed(
            Map<String, String> old, Map<String, String> set, Collection<String> unset) {
        Map<String, String> configs = new TreeMap<>(old);
        configs.putAll(set);
        configs.keySet().removeAll(unset);
        return configs;
    }

    private static Definitions with(Definitions definitions, LinkDefinition link) {
        SortedMap<String, LinkDefinition> links = new TreeMap<>(definitions.links());
        links.put(link.name(), link);
        return new Definitions(definitions.generation(), links, definitions.mirrors());
    }
}
