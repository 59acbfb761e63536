/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * ACLs of one resource that a link has created, written down before it does. Immutable.
 *
 * @param name of the resource
 */
public record AclStatus(
        String link, ResourceType resourceType, PatternType patternType, String name, List<Entry> entries) {

    public AclStatus {
        entries = List.copyOf(entries);
    }

    /** @param clusters ids of those that it came from, the link's source first */
    public record Entry(
            String principal,
            String host,
            AclOperation operation,
            AclPermissionType permissionType,
            List<String> clusters) {
        public Entry {
            clusters = List.copyOf(clusters);
        }
    }

    /** @param acls of one resource, with the ids of the clusters that they came from */
    public static AclStatus of(String link, ResourcePattern resource, Map<AclBinding, List<String>> acls) {
        return new AclStatus(
                link,
                resource.resourceType(),
                resource.patternType(),
                resource.name(),
                acls.entrySet().stream()
                        .map(acl -> new Entry(
                                acl.getKey().entry().principal(),
                                acl.getKey().entry().host(),
                                acl.getKey().entry().operation(),
                                acl.getKey().entry().permissionType(),
                                acl.getValue()))
                        .toList());
    }

    /** With the ids of the clusters that they came from. */
    public Map<AclBinding, List<String>> acls() {
        Map<AclBinding, List<String>> acls = new LinkedHashMap<>();
        for (Entry entry : entries) {
            acls.put(
                    new AclBinding(
                            resource(),
                            new AccessControlEntry(
                                    entry.principal(), entry.host(), entry.operation(), entry.permissionType())),
                    entry.clusters());
        }
        return acls;
    }

    public ResourcePattern resource() {
        return new ResourcePattern(resourceType, name, patternType);
    }
}
