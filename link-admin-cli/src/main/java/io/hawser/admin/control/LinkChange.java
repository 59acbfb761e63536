/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.status.StateKey;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Changes or removes a link that exists. Confined to the command's thread. */
public final class LinkChange {

    private final ControlPlane cluster;
    private final String name;

    public LinkChange(ControlPlane cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    /** Sets and unsets properties; returns when the coordinator has taken them up. */
    public void change(Map<String, String> given, Collection<String> unset, Duration timeout, boolean dryRun) {
        Map<String, String> set = cluster.sealed(name, given);
        cluster.change(definitions -> with(definitions, changed(definitions, set, unset)), dryRun);
        if (dryRun) {
            return;
        }
        boolean takenUp = cluster.await(
                timeout,
                snapshot -> snapshot.value(StateKey.link(name))
                        .map(status -> status.definition().configs())
                        .filter(configs -> configs.entrySet().containsAll(set.entrySet())
                                && unset.stream().noneMatch(configs::containsKey))
                        .isPresent());
        if (!takenUp) {
            throw CommandFailure.timedOut("Link " + name
                    + " was changed, but no broker has taken that up yet; see 'link-admin describe --link " + name
                    + "'");
        }
    }

    /** Removes the link with the records of its mirrors that are writable already. */
    public void remove(Duration timeout) {
        cluster.change(
                definitions -> {
                    require(definitions);
                    SortedMap<String, LinkDefinition> links = new TreeMap<>(definitions.links());
                    links.remove(name);
                    SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>(definitions.mirrors());
                    mirrors.values().removeIf(mirror -> mirror.link().equals(name) && !mirror.readOnly());
                    return new Definitions(definitions.generation(), links, mirrors);
                },
                false);
        if (!cluster.await(
                timeout, snapshot -> snapshot.value(StateKey.link(name)).isEmpty())) {
            throw CommandFailure.timedOut("Link " + name
                    + " was deleted, but no broker has taken that up yet; see 'link-admin list --links'");
        }
    }

    private LinkDefinition require(Definitions definitions) {
        return definitions.link(name).orElseThrow(() -> CommandFailure.noSuchLink(name));
    }

    private LinkDefinition changed(Definitions definitions, Map<String, String> set, Collection<String> unset) {
        LinkDefinition link = require(definitions);
        Map<String, String> configs = new TreeMap<>(link.configs());
        configs.putAll(set);
        configs.keySet().removeAll(unset);
        return ControlPlane.requireValid(link.withConfigs(configs));
    }

    private static Definitions with(Definitions definitions, LinkDefinition link) {
        SortedMap<String, LinkDefinition> links = new TreeMap<>(definitions.links());
        links.put(link.name(), link);
        return new Definitions(definitions.generation(), links, definitions.mirrors());
    }
}
