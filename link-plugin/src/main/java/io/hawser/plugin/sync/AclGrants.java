/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import io.hawser.config.AclFilters;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Which rights must not come from a source unasked: those that rule this cluster, and those of the link itself.
 *
 * <p>Immutable.
 *
 * @param ownPrincipals as whom the link logs in
 */
record AclGrants(AclFilters filters, Set<String> ownPrincipals) {

    /** Who may alter a cluster gives rights; who may alter its configs makes links. */
    private static final Set<AclOperation> RULING =
            Set.of(AclOperation.ALL, AclOperation.ALTER, AclOperation.ALTER_CONFIGS, AclOperation.CLUSTER_ACTION);

    /** @return why an ACL that the filters take is left out; empty if it is not */
    Optional<String> refusal(AclBinding acl) {
        if (acl.entry().permissionType() != AclPermissionType.ALLOW) {
            return Optional.empty();
        }
        if (acl.pattern().resourceType() == ResourceType.CLUSTER
                && RULING.contains(acl.entry().operation())
                && !filters.nameOperation(acl)) {
            return Optional.of("a right over the whole cluster is given only if a filter names CLUSTER and "
                    + acl.entry().operation());
        }
        if (ownPrincipals.contains(acl.entry().principal()) && !filters.namePrincipal(acl)) {
            return Optional.of("the link itself gets a right only if a filter names its principal");
        }
        return Optional.empty();
    }
}
