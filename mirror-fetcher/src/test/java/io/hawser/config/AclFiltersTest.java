/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AclFiltersTest {

    private static final AclBinding READ_ORDERS =
            acl(ResourceType.TOPIC, "orders", PatternType.LITERAL, "User:app", AclOperation.READ);
    private static final AclBinding ALTER_CLUSTER =
            acl(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, "User:app", AclOperation.ALTER);

    @Test
    void takesAllThatIsNotNamedOtherwise() {
        assertThat(parse(AclFilters.EXAMPLE).take(READ_ORDERS)).isTrue();
        assertThat(parse("{\"aclFilters\":[{}]}").take(READ_ORDERS)).isTrue();
        assertThat(parse("{\"aclFilters\":[]}").take(READ_ORDERS)).isFalse();
        assertThat(parse("").take(READ_ORDERS)).isFalse();
    }

    @Test
    void takesWhatOneOfThemTakes() {
        AclFilters filters = parse("""
                {"aclFilters": [
                  {"resourceFilter": {"resourceType": "topic", "patternType": "prefixed", "name": "shop."}},
                  {"resourceFilter": {"resourceType": "topic", "patternType": "match", "name": "orders"},
                   "accessFilter": {"principal": "User:app", "operation": "read"}}]}""");

        assertThat(filters.take(READ_ORDERS)).isTrue();
        assertThat(filters.take(acl(ResourceType.TOPIC, "*", PatternType.LITERAL, "User:app", AclOperation.READ)))
                .isTrue();
        assertThat(filters.take(acl(ResourceType.TOPIC, "shop.", PatternType.PREFIXED, "User:x", AclOperation.WRITE)))
                .isTrue();
        assertThat(filters.take(acl(ResourceType.TOPIC, "orders", PatternType.LITERAL, "User:x", AclOperation.READ)))
                .isFalse();
        assertThat(filters.take(acl(ResourceType.GROUP, "orders", PatternType.LITERAL, "User:app", AclOperation.READ)))
                .isFalse();
    }

    @Test
    void tellsWhatIsNamedFromWhatIsJustTaken() {
        AclFilters any = parse("{\"aclFilters\":[{}]}");
        AclFilters named = parse("""
                {"aclFilters": [{"resourceFilter": {"resourceType": "CLUSTER"}, "accessFilter": {"operation": "ALTER",
                  "principal": "User:app"}}]}""");

        assertThat(any.nameOperation(ALTER_CLUSTER)).isFalse();
        assertThat(any.namePrincipal(ALTER_CLUSTER)).isFalse();
        assertThat(named.nameOperation(ALTER_CLUSTER)).isTrue();
        assertThat(named.namePrincipal(ALTER_CLUSTER)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "[]",
                "{}",
                "{\"aclFilters\":null}",
                "{\"aclFilters\":[null]}",
                "{\"aclFilters\":[{\"resource\":{}}]}",
                "{\"aclFilters\":[{\"resourceFilter\":{\"resourceType\":\"TOPICS\"}}]}",
                "{\"aclFilters\":[{\"resourceFilter\":{\"patternType\":\"REGEX\"}}]}",
                "{\"aclFilters\":[{\"accessFilter\":{\"operation\":\"LOOK\"}}]}"
            })
    void saysInOneLineWhatIsWrong(String json) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("acl.filters cannot be read: ")
                .hasMessageEndingWith(AclFilters.EXAMPLE)
                .hasMessageNotContaining("\n");
    }

    private static AclFilters parse(String json) {
        return AclFilters.parse(LinkConfig.ACL_FILTERS, json);
    }

    private static AclBinding acl(
            ResourceType type, String name, PatternType pattern, String principal, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }
}
