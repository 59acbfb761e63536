/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** ACLs in few words. */
public final class AclBindings {

    private AclBindings() {}

    /** A right on one topic, from anywhere. */
    public static AclBinding topic(String name, String principal, AclOperation operation) {
        return of(ResourceType.TOPIC, name, PatternType.LITERAL, principal, operation);
    }

    /** A right from anywhere. */
    public static AclBinding of(
            ResourceType type, String name, PatternType pattern, String principal, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    /** All that a cluster has now. */
    public static Set<AclBinding> all(ProcessCluster cluster) {
        try (Admin admin = cluster.topics().watcher()) {
            return Set.copyOf(admin.describeAcls(AclBindingFilter.ANY).values().get(10, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the ACLs of the cluster are not to be had", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
