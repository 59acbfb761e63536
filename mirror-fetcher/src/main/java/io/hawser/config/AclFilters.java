/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * Which ACLs are meant: those that one of the filters takes, each as {@code kafka-acls --list} understands it (KIP-140,
 * KIP-290). Written as {@code {"aclFilters": [{"resourceFilter": {"resourceType": "TOPIC", "patternType": "ANY"},
 * "accessFilter": {"operation": "READ"}}]}}; what is left out is any.
 *
 * <p>Immutable.
 */
public final class AclFilters {

    static final String EXAMPLE =
            "{\"aclFilters\":[{\"resourceFilter\":{\"resourceType\":\"ANY\",\"patternType\":\"ANY\"},"
                    + "\"accessFilter\":{\"operation\":\"ANY\",\"permissionType\":\"ANY\"}}]}";

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final String ANY = "ANY";

    private final List<AclBindingFilter> filters = new ArrayList<>();

    private AclFilters() {}

    private record Filters(
            @JsonProperty(required = true) @Nullable List<@Nullable Filter> aclFilters) {}

    private record Filter(
            @Nullable ResourceFilter resourceFilter,
            @Nullable AccessFilter accessFilter) {}

    private record ResourceFilter(
            @Nullable String resourceType,
            @Nullable String patternType,
            @Nullable String name) {}

    private record AccessFilter(
            @Nullable String principal,
            @Nullable String host,
            @Nullable String operation,
            @Nullable String permissionType) {}

    /**
     * @param json as above; empty for filters that take nothing
     * @throws ConfigException with one line that says what is wrong and how it is written
     */
    static AclFilters parse(String property, String json) {
        AclFilters filters = new AclFilters();
        if (json.isBlank()) {
            return filters;
        }
        try {
            List<@Nullable Filter> all = MAPPER.readValue(json, Filters.class).aclFilters();
            if (all == null) {
                throw wrong(property, "there must be one list, 'aclFilters'");
            }
            all.forEach(filter -> filters.filters.add(filter(property, filter)));
            return filters;
        } catch (JsonProcessingException e) {
            throw wrong(property, e.getOriginalMessage());
        }
    }

    private static AclBindingFilter filter(String property, @Nullable Filter filter) {
        if (filter == null) {
            throw wrong(property, "a filter is null");
        }
        ResourceFilter resource =
                Objects.requireNonNullElse(filter.resourceFilter(), new ResourceFilter(null, null, null));
        AccessFilter access =
                Objects.requireNonNullElse(filter.accessFilter(), new AccessFilter(null, null, null, null));
        return new AclBindingFilter(
                new ResourcePatternFilter(
                        term(property, resource.resourceType(), ResourceType::fromString, ResourceType.UNKNOWN),
                        resource.name(),
                        term(property, resource.patternType(), AclFilters::patternType, PatternType.UNKNOWN)),
                new AccessControlEntryFilter(
                        access.principal(),
                        access.host(),
                        term(property, access.operation(), AclOperation::fromString, AclOperation.UNKNOWN),
                        term(
                                property,
                                access.permissionType(),
                                AclPermissionType::fromString,
                                AclPermissionType.UNKNOWN)));
    }

    private static PatternType patternType(String name) {
        return PatternType.fromString(name.toUpperCase(Locale.ROOT));
    }

    private static <T> T term(String property, @Nullable String name, Function<String, T> parser, T unknown) {
        T term = parser.apply(Objects.requireNonNullElse(name, ANY));
        if (term.equals(unknown)) {
            throw wrong(property, "'" + name + "' is not a word of ACLs");
        }
        return term;
    }

    public boolean take(AclBinding acl) {
        return filters.stream().anyMatch(filter -> filter.matches(acl));
    }

    /** Whether a filter takes it and names its principal. */
    public boolean namePrincipal(AclBinding acl) {
        return filters.stream()
                .anyMatch(filter -> filter.matches(acl)
                        && acl.entry().principal().equals(filter.entryFilter().principal()));
    }

    /** Whether a filter takes it and names its type of resource and its operation. */
    public boolean nameOperation(AclBinding acl) {
        return filters.stream()
                .anyMatch(filter -> filter.matches(acl)
                        && filter.patternFilter().resourceType()
                                == acl.pattern().resourceType()
                        && filter.entryFilter().operation() == acl.entry().operation());
    }

    private static ConfigException wrong(String property, String what) {
        return new ConfigException(property + " cannot be read: " + what + "; write it as " + EXAMPLE);
    }
}
