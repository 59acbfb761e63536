/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteAclsResult.FilterResult;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/** ACLs of the cluster that the plugin runs in. As {@link LocalAdmin}. */
public final class LocalAcls {

    private final Admin admin;

    LocalAcls(Admin admin) {
        this.admin = admin;
    }

    /** @throws org.apache.kafka.common.errors.SecurityDisabledException if there is no authorizer */
    public Set<AclBinding> all() {
        return Set.copyOf(
                LocalAdmin.await(admin.describeAcls(AclBindingFilter.ANY).values()));
    }

    /** @return why ACLs were not created */
    public Map<AclBinding, KafkaException> create(Collection<AclBinding> acls) {
        return LocalAdmin.failures(admin.createAcls(acls).values());
    }

    /**
     * Deletes just these; one that is not there is as good as deleted.
     *
     * @return why ACLs were not deleted
     */
    public Map<AclBinding, KafkaException> delete(Collection<AclBinding> acls) {
        Map<AclBindingFilter, AclBinding> filters = new HashMap<>();
        acls.forEach(acl -> filters.put(acl.toFilter(), acl));
        Map<AclBinding, KafkaFuture<Void>> deletions = new HashMap<>();
        admin.deleteAcls(filters.keySet())
                .values()
                .forEach((filter, results) -> deletions.put(filters.get(filter), results.thenApply(each -> {
                    for (FilterResult result : each.values()) {
                        if (result.exception() != null) {
                            throw result.exception();
                        }
                    }
                    return null;
                })));
        return LocalAdmin.failures(deletions);
    }
}
