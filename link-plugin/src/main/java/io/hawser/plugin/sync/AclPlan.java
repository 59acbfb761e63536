/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * What is to be done with the ACLs of this cluster.
 *
 * <p>Law: nothing is removed but what the link has created, and what it finds here already never becomes its own.
 *
 * <p>Immutable.
 *
 * @param followed all that are to be here, with the source's ACL that each is made of
 * @param creations those of them that are not here
 * @param removals the link's own ones that the source has not any more
 */
record AclPlan(Map<AclBinding, AclBinding> followed, Set<AclBinding> creations, Set<AclBinding> removals) {

    /**
     * @param source ACLs there that are to be followed
     * @param present ACLs here
     * @param own ACLs that the link has created
     */
    static AclPlan of(Collection<AclBinding> source, AclNames names, Set<AclBinding> present, Set<AclBinding> own) {
        Map<AclBinding, AclBinding> followed = new HashMap<>();
        for (AclBinding acl : source) {
            for (ResourcePattern resource : names.here(acl.pattern())) {
                followed.put(new AclBinding(resource, acl.entry()), acl);
            }
        }
        Set<AclBinding> creations = new LinkedHashSet<>(followed.keySet());
        creations.removeAll(present);
        Set<AclBinding> removals = own.stream()
                .filter(acl -> names.follow(acl.pattern()) && !followed.containsKey(acl))
                .collect(Collectors.toSet());
        return new AclPlan(followed, creations, removals);
    }
}
