/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Which names are meant: those that an INCLUDE filter takes and no EXCLUDE filter does. Written as
 * {@code {"topicFilters": [{"name": "orders", "patternType": "PREFIXED", "filterType": "INCLUDE"}]}}; LITERAL with the name
 * {@code *} takes all, REGEX must fit the whole name.
 *
 * <p>Immutable.
 */
public final class NameFilters {

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final String ALL = "*";

    private final List<Predicate<String>> included = new ArrayList<>();
    private final List<Predicate<String>> excluded = new ArrayList<>();

    private NameFilters() {}

    private record Filter(
            @JsonProperty(required = true) @Nullable String name,
            @JsonProperty(required = true) @Nullable PatternType patternType,
            @JsonProperty(required = true) @Nullable FilterType filterType) {}

    private enum PatternType {
        LITERAL,
        PREFIXED,
        REGEX
    }

    private enum FilterType {
        INCLUDE,
        EXCLUDE
    }

    /**
     * @param json as above; empty for filters that take nothing
     * @param listName of the only field
     * @throws ConfigException with one line that says what is wrong and how it is written
     */
    static NameFilters parse(String property, String json, String listName) {
        NameFilters filters = new NameFilters();
        if (json.isBlank()) {
            return filters;
        }
        try {
            Map<String, List<Filter>> read = MAPPER.readValue(
                    json,
                    MAPPER.getTypeFactory()
                            .constructMapType(
                                    Map.class,
                                    MAPPER.constructType(String.class),
                                    MAPPER.getTypeFactory().constructCollectionType(List.class, Filter.class)));
            List<Filter> all = read.get(listName);
            if (all == null || read.size() != 1) {
                throw wrong(property, "there must be one list, '" + listName + "'", listName);
            }
            all.forEach(filter -> filters.add(property, filter, listName));
            return filters;
        } catch (JsonProcessingException e) {
            throw wrong(property, e.getOriginalMessage(), listName);
        }
    }

    public boolean take(String name) {
        return included.stream().anyMatch(filter -> filter.test(name))
                && excluded.stream().noneMatch(filter -> filter.test(name));
    }

    private void add(String property, @Nullable Filter filter, String listName) {
        if (filter == null || filter.name() == null || filter.patternType() == null || filter.filterType() == null) {
            throw wrong(property, "each filter needs a name, a patternType and a filterType", listName);
        }
        (filter.filterType() == FilterType.INCLUDE ? included : excluded)
                .add(predicate(property, filter.name(), filter.patternType()));
    }

    private static Predicate<String> predicate(String property, String name, PatternType type) {
        return switch (type) {
            case LITERAL -> name.equals(ALL) ? any -> true : name::equals;
            case PREFIXED -> candidate -> candidate.startsWith(name);
            case REGEX -> {
                try {
                    yield Pattern.compile(name).asMatchPredicate();
                } catch (PatternSyntaxException e) {
                    throw new ConfigException(
                            property + ": '" + name + "' is not a regular expression: " + e.getDescription());
                }
            }
        };
    }

    private static ConfigException wrong(String property, String what, String listName) {
        return new ConfigException(
                property + " cannot be read: " + what + "; write it as {\"" + listName
                        + "\":[{\"name\":\"*\",\"patternType\":\"LITERAL|PREFIXED|REGEX\",\"filterType\":\"INCLUDE|EXCLUDE\"}]}");
    }
}
