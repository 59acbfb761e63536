/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.view.DrillView.Check;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Whether who may write a topic on the source may write its mirror once that is writable, by the rule of Kafka's own authorizer:
 * a right is what some ACL allows and none denies. No state.
 *
 * <p>Super users are seen on neither side, nor {@code allow.everyone.if.no.acl.found}.
 */
final class PrincipalChecks {

    static final String PRINCIPALS = "principals";

    private static final String ANYONE = "User:*";
    private static final String ANYWHERE = "*";

    private PrincipalChecks() {}

    private record Client(String principal, String host) {}

    /**
     * @param sourceTopics by mirror topic
     * @param there ACLs of the source; empty where there is no authorizer
     * @param here ACLs of this cluster; empty where there is no authorizer
     */
    static List<Check> of(
            Map<String, String> sourceTopics,
            Optional<Collection<AclBinding>> there,
            Optional<Collection<AclBinding>> here) {
        if (here.isEmpty()) {
            return List.of(Check.ok(
                    PRINCIPALS,
                    "this cluster has no authorizer but Hawser's: everybody may write to what is no mirror"));
        }
        if (there.isEmpty()) {
            return List.of(Check.unknown(
                    PRINCIPALS,
                    "NO_AUTHORIZER",
                    "the source has no authorizer and this cluster has one: who writes there cannot be seen, so see to"
                            + " their rights here"));
        }
        List<AclBinding> writesThere = writes(there.get());
        List<AclBinding> writesHere = writes(here.get());
        Findings findings = new Findings(PRINCIPALS);
        Set<String> principals = new HashSet<>();
        sourceTopics.forEach((mirror, source) -> {
            for (Client client : writers(writesThere, source)) {
                principals.add(client.principal());
                if (!mayWrite(client, writesHere, mirror)) {
                    findings.fail(
                            "NO_RIGHT_TO_WRITE",
                            mirror,
                            client.principal() + (client.host().equals(ANYWHERE) ? "" : " from " + client.host())
                                    + " may write on the source, and no ACL lets it write here: grant WRITE, or let"
                                    + " acl.filters take it (a super user here needs none; --skip " + PRINCIPALS + ")");
                }
            }
        });
        return findings.checks(principals.size()
                + " principals that ACLs let write on the source may write here; super users are not seen");
    }

    private static List<AclBinding> writes(Collection<AclBinding> acls) {
        return acls.stream()
                .filter(acl -> acl.pattern().resourceType() == ResourceType.TOPIC)
                .filter(acl -> acl.entry().operation() == AclOperation.WRITE
                        || acl.entry().operation() == AclOperation.ALL)
                .toList();
    }

    private static Set<Client> writers(List<AclBinding> acls, String topic) {
        Set<Client> writers = new HashSet<>();
        for (AclBinding acl : acls) {
            Client client = new Client(acl.entry().principal(), acl.entry().host());
            if (acl.entry().permissionType() == AclPermissionType.ALLOW
                    && covers(acl.pattern(), topic)
                    && mayWrite(client, acls, topic)) {
                writers.add(client);
            }
        }
        return writers;
    }

    private static boolean mayWrite(Client client, List<AclBinding> acls, String topic) {
        boolean allowed = false;
        for (AclBinding acl : acls) {
            if (covers(acl.pattern(), topic) && concerns(acl.entry(), client)) {
                if (acl.entry().permissionType() == AclPermissionType.DENY) {
                    return false;
                }
                allowed = true;
            }
        }
        return allowed;
    }

    private static boolean concerns(AccessControlEntry entry, Client client) {
        return (entry.principal().equals(client.principal())
                        || entry.principal().equals(ANYONE))
                && (entry.host().equals(client.host()) || entry.host().equals(ANYWHERE));
    }

    private static boolean covers(ResourcePattern pattern, String topic) {
        return pattern.patternType() == PatternType.PREFIXED
                ? topic.startsWith(pattern.name())
                : pattern.name().equals(topic) || pattern.name().equals(ResourcePattern.WILDCARD_RESOURCE);
    }
}
