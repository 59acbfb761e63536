/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.clients.ClientDnsLookup;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * The properties of a link, typed. Every security setting of a Kafka client is one of them.
 *
 * <p>Immutable. Properties that hold a secret hold a reference to it, see {@link SecretReferences}; a config made by
 * {@link #resolved} holds the secrets themselves as Kafka's {@code Password}, which prints as {@code [hidden]}.
 */
public final class LinkConfig extends AbstractConfig {

    public static final String BOOTSTRAP_SERVERS = CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;
    public static final String LINK_MODE = "link.mode";
    public static final String CONNECTION_MODE = "connection.mode";
    public static final String REVERSE_SECRET = "reverse.secret";
    public static final String REVERSE_LISTENER_NAME = "reverse.listener.name";
    public static final String PAUSED = "cluster.link.paused";
    public static final String NUM_FETCHERS = "num.cluster.link.fetchers";
    public static final String FETCH_MAX_BYTES = "replica.fetch.max.bytes";
    public static final String FETCH_MIN_BYTES = "replica.fetch.min.bytes";
    public static final String FETCH_WAIT_MAX_MS = "replica.fetch.wait.max.ms";
    public static final String FETCH_RESPONSE_MAX_BYTES = "replica.fetch.response.max.bytes";
    public static final String FETCH_BACKOFF_MS = "replica.fetch.backoff.ms";
    public static final String SOCKET_RECEIVE_BUFFER_BYTES = "replica.socket.receive.buffer.bytes";
    public static final String MAX_UNACKED_BYTES = "mirror.unacked.max.bytes";
    public static final String MAX_BYTES_PER_SECOND = "link.max.bytes.per.second";
    public static final String CATCH_UP_MAX_BYTES_PER_SECOND = "link.catch.up.max.bytes.per.second";
    public static final String HIGH_PRIORITY = "mirror.priority.high";
    public static final String LOW_PRIORITY = "mirror.priority.low";
    public static final String DELAY_MS = "mirror.delay.ms";
    public static final String DIVERGENCE_POLICY = "mirror.divergence.policy";
    public static final String GAP_POLICY = "mirror.gap.policy";
    public static final String PREFIX = "cluster.link.prefix";
    public static final String START_OFFSET = "mirror.start.offset.spec";
    public static final String TOPIC_CONFIG_SYNC_MS = "topic.config.sync.ms";
    public static final String TOPIC_CONFIG_SYNC_INCLUDE = "topic.config.sync.include";
    public static final String TOPIC_CONFIG_SYNC_EXCLUDE = "topic.config.sync.exclude";
    public static final String AUTO_CREATE = "auto.create.mirror.topics.enable";
    public static final String AUTO_CREATE_FILTERS = "auto.create.mirror.topics.filters";
    public static final String AUTO_CREATE_MS = "auto.create.mirror.topics.ms";
    public static final String GROUP_SYNC = "consumer.offset.sync.enable";
    public static final String GROUP_SYNC_MS = "consumer.offset.sync.ms";
    public static final String GROUP_FILTERS = "consumer.offset.group.filters";
    public static final String SOURCE_FENCE = "source.fence.enable";
    public static final String ACL_SYNC = "acl.sync.enable";
    public static final String ACL_SYNC_MS = "acl.sync.ms";
    public static final String ACL_FILTERS = "acl.filters";
    public static final String METADATA_MAX_AGE_MS = CommonClientConfigs.METADATA_MAX_AGE_CONFIG;
    public static final String CLIENT_RACK = CommonClientConfigs.CLIENT_RACK_CONFIG;
    public static final String REQUEST_TIMEOUT_MS = CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG;

    /** The most that {@link #NUM_FETCHERS} may be. */
    public static final int MOST_FETCHERS = 64;

    /** A year. */
    private static final long MOST_DELAY_MS = 31_536_000_000L;

    private static final int MIB = 1024 * 1024;

    /** With what else is in an answer it takes a buffer of 20 MiB, of which three are in the memory that a broker has for them. */
    private static final int DEFAULT_RESPONSE_BYTES = 19 * MIB;

    private static final Set<String> LIVE =
            Set.of(MAX_BYTES_PER_SECOND, CATCH_UP_MAX_BYTES_PER_SECOND, HIGH_PRIORITY, LOW_PRIORITY, DELAY_MS);
    private static final Set<String> CONNECTION = Set.of(
            BOOTSTRAP_SERVERS,
            LINK_MODE,
            CONNECTION_MODE,
            CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
            CommonClientConfigs.CLIENT_DNS_LOOKUP_CONFIG);
    private static final int LAST_PORT = 65_535;
    private static final ConfigDef DEFINITION = linkProperties(new ConfigDef());

    private LinkConfig(Map<String, ?> values) {
        super(DEFINITION, values, false);
    }

    /** All properties with type, default, range and documentation, for generated references. */
    public static ConfigDef definition() {
        return linkProperties(new ConfigDef());
    }

    /**
     * Checks the properties of a link as its creator gave them, without resolving references and without I/O.
     *
     * @throws ConfigException with one line that names the property and the way out
     */
    public static void validate(Map<String, String> given) {
        for (String name : given.keySet()) {
            if (!DEFINITION.configKeys().containsKey(name)) {
                throw new ConfigException("unknown property '" + name + "'" + suggestion(name));
            }
        }
        LinkHalf.of(given).check(given);
        ConnectionRules.requireHarmless(DEFINITION, given);
        LinkConfig config = unresolved(given);
        config.requireBootstrapAddresses();
        config.requireConsistentSizes();
        config.autoCreateFilters();
        config.groupFilters();
        config.aclFilters();
        if (config.autoCreates() && given.getOrDefault(AUTO_CREATE_FILTERS, "").isBlank()) {
            throw new ConfigException(AUTO_CREATE + " needs " + AUTO_CREATE_FILTERS
                    + " to say which topics; for all of them {\"topicFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\","
                    + "\"filterType\":\"INCLUDE\"}]}");
        }
        if (config.syncsAcls() && given.getOrDefault(ACL_FILTERS, "").isBlank()) {
            throw new ConfigException(
                    ACL_SYNC + " needs " + ACL_FILTERS + " to say which; for all of them " + AclFilters.EXAMPLE);
        }
    }

    /**
     * The properties with all references replaced by what they point to.
     *
     * @param link the name that sealed secrets are bound to
     * @throws ConfigException if a property is wrong, a reference does not resolve, or what it leads to is not allowed here
     */
    public static LinkConfig resolved(String link, Map<String, String> given, SecretReferences references) {
        validate(given);
        Map<String, String> resolved = references.resolve(link, given);
        ConnectionRules.requireAllowed(resolved, references);
        return new LinkConfig(resolved);
    }

    /**
     * The properties with each secret that was given in the clear sealed for a link of that name.
     *
     * @param keys the file of {@link SealingKeys}; without it what is in the clear stays so, for {@link #validate} to refuse
     * @throws ConfigException with one line, if they cannot be read
     */
    public static Map<String, String> sealed(String link, Map<String, String> given, Optional<Path> keys) {
        Map<String, String> sealed = new TreeMap<>(given);
        keys.ifPresent(file -> sealed.replaceAll(
                (name, value) -> ConnectionRules.isSecret(DEFINITION, name) && !SecretReferences.isIn(value)
                        ? SealingKeys.read(file).seal(link, name, value)
                        : value));
        return sealed;
    }

    /** The properties without those that are references, for who asks about others and may not see secrets. */
    public static LinkConfig unresolved(Map<String, String> given) {
        return new LinkConfig(SecretReferences.withoutReferences(given));
    }

    /** Which part of a link it is: the whole, or one of the two halves of one that the source initiates. */
    public LinkHalf half() {
        return LinkHalf.of(originals());
    }

    /** What both halves of a link know; of a {@linkplain #resolved resolved} config alone. */
    public Password reverseSecret() {
        return getPassword(REVERSE_SECRET);
    }

    /** The Kafka listener of the source's brokers that serves the destination. */
    public String reverseListenerName() {
        return getString(REVERSE_LISTENER_NAME);
    }

    /** Whether what is dialled speaks TLS first. */
    public boolean usesTls() {
        return getString(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG).endsWith("SSL");
    }

    public List<String> bootstrapServers() {
        return getList(BOOTSTRAP_SERVERS);
    }

    public boolean paused() {
        return getBoolean(PAUSED);
    }

    /** The most fetcher threads per source broker on each destination broker, at least 1. */
    public int fetchersPerSourceBroker() {
        return getInt(NUM_FETCHERS);
    }

    /** Bytes asked of one partition in one fetch; a larger first batch still comes whole (KIP-74). */
    public int partitionMaxBytes() {
        return getInt(FETCH_MAX_BYTES);
    }

    /** Where the destination is, in the source's words for racks; empty to fetch from leaders only (KIP-392). */
    public String rack() {
        return getString(CLIENT_RACK);
    }

    public int fetchMinBytes() {
        return getInt(FETCH_MIN_BYTES);
    }

    public int fetchMaxWaitMs() {
        return getInt(FETCH_WAIT_MAX_MS);
    }

    public int responseMaxBytes() {
        return getInt(FETCH_RESPONSE_MAX_BYTES);
    }

    /** Pause before a partition that could not be fetched or appended is tried again. */
    public int fetchBackoffMs() {
        return getInt(FETCH_BACKOFF_MS);
    }

    /** Bytes of one partition that are in the leader's log but not yet on all in-sync replicas. */
    public long maxUnackedBytes() {
        return getLong(MAX_UNACKED_BYTES);
    }

    /** Bytes that one destination broker fetches in a second; {@link Long#MAX_VALUE} for no bound. */
    public long maxBytesPerSecond() {
        return getLong(MAX_BYTES_PER_SECOND);
    }

    /** As {@link #maxBytesPerSecond()}, of the partitions that are behind. */
    public long catchUpMaxBytesPerSecond() {
        return getLong(CATCH_UP_MAX_BYTES_PER_SECOND);
    }

    /** Mirror topics that get more than others when there is not enough for all. */
    public List<Pattern> highPriority() {
        return patterns(HIGH_PRIORITY);
    }

    /** Mirror topics that get less than others when there is not enough for all. */
    public List<Pattern> lowPriority() {
        return patterns(LOW_PRIORITY);
    }

    /** How old a batch is before mirrors take it; 0 for no delay. */
    public long delayMs() {
        return getLong(DELAY_MS);
    }

    /**
     * The delay of one mirror, where it is not the link's.
     *
     * @throws ConfigException with one line that names the property and the way out
     */
    public static long parseDelayMs(String text) {
        try {
            long delayMs = Long.parseLong(text.strip());
            if (delayMs >= 0 && delayMs <= MOST_DELAY_MS) {
                return delayMs;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new ConfigException(
                DELAY_MS + ": '" + text + "' is not a number of milliseconds from 0 to " + MOST_DELAY_MS);
    }

    /** What the name of a mirror topic begins with before the source topic's; mostly empty. */
    public String prefix() {
        return getString(PREFIX);
    }

    /** Where new mirrors begin whose creator does not say. */
    public StartOffset startOffset() {
        return StartOffset.parse(START_OFFSET, getString(START_OFFSET));
    }

    /** Between two looks at the configs and partitions of source topics. */
    public long topicConfigSyncMs() {
        return getLong(TOPIC_CONFIG_SYNC_MS);
    }

    /** Keys of topic configs that are followed besides the usual ones. */
    public Set<String> syncedTopicConfigs() {
        return Set.copyOf(getList(TOPIC_CONFIG_SYNC_INCLUDE));
    }

    /** Keys of topic configs that are not followed. */
    public Set<String> unsyncedTopicConfigs() {
        return Set.copyOf(getList(TOPIC_CONFIG_SYNC_EXCLUDE));
    }

    /** Whether topics of the source become mirrors by themselves. */
    public boolean autoCreates() {
        return getBoolean(AUTO_CREATE);
    }

    /** Which topics of the source become mirrors by themselves. */
    public NameFilters autoCreateFilters() {
        return NameFilters.parse(AUTO_CREATE_FILTERS, getString(AUTO_CREATE_FILTERS), "topicFilters");
    }

    public long autoCreateMs() {
        return getLong(AUTO_CREATE_MS);
    }

    /** Whether groups' committed offsets follow. */
    public boolean syncsGroups() {
        return getBoolean(GROUP_SYNC);
    }

    public long groupSyncMs() {
        return getLong(GROUP_SYNC_MS);
    }

    /**
     * What may be shown of a link's properties: references as they are, of a sealed secret no more than which key opens it, and
     * nothing of one that somebody has put in the clear past all checks.
     */
    public static SortedMap<String, String> shown(Map<String, String> configs) {
        SortedMap<String, String> shown = new TreeMap<>(configs);
        shown.replaceAll((name, value) -> ConnectionRules.isSecret(DEFINITION, name) && !SecretReferences.isOne(value)
                ? "[hidden]"
                : SealingKeys.shown(value));
        return shown;
    }

    /** Which groups' committed offsets follow. */
    public NameFilters groupFilters() {
        return NameFilters.parse(GROUP_FILTERS, getString(GROUP_FILTERS), "groupFilters");
    }

    /** Whether source topics become read-only once their mirrors were made writable. */
    public boolean fencesSource() {
        return getBoolean(SOURCE_FENCE);
    }

    /** Whether ACLs follow. */
    public boolean syncsAcls() {
        return getBoolean(ACL_SYNC);
    }

    public long aclSyncMs() {
        return getLong(ACL_SYNC_MS);
    }

    /** Which ACLs follow. */
    public AclFilters aclFilters() {
        return AclFilters.parse(ACL_FILTERS, getString(ACL_FILTERS));
    }

    private List<Pattern> patterns(String name) {
        return getList(name).stream().map(Pattern::compile).toList();
    }

    /** Whether nothing differs but what is changed without beginning anew. */
    public boolean goesOnAs(LinkConfig other) {
        return without(originals(), LIVE::contains).equals(without(other.originals(), LIVE::contains));
    }

    /** Whether both lead to the same addresses with the same credentials. */
    public boolean connectsAs(LinkConfig other) {
        return sameConnection(originals(), other.originals());
    }

    /**
     * Whether both hold the same addresses and credentials, or references to such. What the two halves of a link prove to each
     * other is left out: nobody can try it before the other cluster has it too.
     */
    public static boolean sameConnection(Map<String, ?> some, Map<String, ?> others) {
        return without(some, name -> !isOfConnection(name)).equals(without(others, name -> !isOfConnection(name)));
    }

    private static boolean isOfConnection(String name) {
        return CONNECTION.contains(name) || name.startsWith("ssl.") || name.startsWith("sasl.");
    }

    private static Map<String, Object> without(Map<String, ?> properties, Predicate<String> which) {
        Map<String, Object> rest = new TreeMap<>(properties);
        rest.keySet().removeIf(which);
        return rest;
    }

    public long metadataMaxAgeMs() {
        return getLong(METADATA_MAX_AGE_MS);
    }

    public int requestTimeoutMs() {
        return getInt(REQUEST_TIMEOUT_MS);
    }

    public DivergencePolicy divergencePolicy() {
        return DivergencePolicy.valueOf(getString(DIVERGENCE_POLICY).toUpperCase(Locale.ROOT));
    }

    public GapPolicy gapPolicy() {
        return GapPolicy.valueOf(getString(GAP_POLICY).toUpperCase(Locale.ROOT));
    }

    private static void requirePatterns(String name, Object value) {
        for (Object each : (List<?>) value) {
            try {
                Pattern.compile(String.valueOf(each));
            } catch (PatternSyntaxException e) {
                throw new ConfigException(name + ": '" + each + "' is not a regular expression: " + e.getDescription());
            }
        }
    }

    private void requireBootstrapAddresses() {
        for (String address : bootstrapServers()) {
            int colon = address.lastIndexOf(':');
            String port = address.substring(colon + 1);
            if (colon <= 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > LAST_PORT) {
                throw new ConfigException("bootstrap.servers: '" + address + "' is not of the form host:port");
            }
        }
    }

    private void requireConsistentSizes() {
        if (fetchMaxWaitMs() >= requestTimeoutMs()) {
            throw new ConfigException(FETCH_WAIT_MAX_MS + " (" + fetchMaxWaitMs() + ") must be below "
                    + REQUEST_TIMEOUT_MS + " (" + requestTimeoutMs() + ")");
        }
    }

    private static List<String> namesOf(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static String suggestion(String name) {
        return DEFINITION.configKeys().keySet().stream()
                .filter(known -> known.equalsIgnoreCase(name) || known.endsWith("." + name) || name.endsWith(known))
                .findFirst()
                .map(known -> "; did you mean '" + known + "'?")
                .orElse("; 'link-admin config template' lists them all");
    }

    private static ConfigDef linkProperties(ConfigDef def) {
        mirrorProperties(def);
        syncProperties(def);
        connectionProperties(def);
        return def.withClientSslSupport().withClientSaslSupport();
    }

    private static void mirrorProperties(ConfigDef def) {
        def.define(PAUSED, ConfigDef.Type.BOOLEAN, false, MEDIUM, "Whether all mirrors of the link stand still.")
                .define(
                        NUM_FETCHERS,
                        ConfigDef.Type.INT,
                        1,
                        between(1, MOST_FETCHERS),
                        MEDIUM,
                        "The most fetcher threads, each with its own connection, per source broker on each destination broker."
                                + " Partitions that are behind share them; what has caught up shares one.")
                .define(
                        FETCH_MAX_BYTES,
                        ConfigDef.Type.INT,
                        4 * MIB,
                        between(1, Integer.MAX_VALUE),
                        MEDIUM,
                        "Bytes asked of one partition in one fetch. A larger first batch still comes whole.")
                .define(
                        FETCH_MIN_BYTES,
                        ConfigDef.Type.INT,
                        1,
                        between(1, Integer.MAX_VALUE),
                        LOW,
                        "Bytes that a source broker waits for before it answers a fetch.")
                .define(
                        FETCH_WAIT_MAX_MS,
                        ConfigDef.Type.INT,
                        500,
                        between(0, 60_000),
                        MEDIUM,
                        "How long a source broker waits for " + FETCH_MIN_BYTES + ".")
                .define(
                        FETCH_RESPONSE_MAX_BYTES,
                        ConfigDef.Type.INT,
                        DEFAULT_RESPONSE_BYTES,
                        between(1, 256 * MIB),
                        MEDIUM,
                        "Bytes asked of one source broker in one fetch, over all partitions.")
                .define(
                        FETCH_BACKOFF_MS,
                        ConfigDef.Type.INT,
                        200,
                        between(0, 60_000),
                        LOW,
                        "Pause before a partition that could not be fetched or appended is tried again; grows with"
                                + " each failure.")
                .define(
                        MAX_UNACKED_BYTES,
                        ConfigDef.Type.LONG,
                        32L * MIB,
                        atLeast(1),
                        LOW,
                        "Bytes of one partition that may be in its leader's log before the in-sync replicas have"
                                + " them; beyond it the partition is not fetched.")
                .define(
                        MAX_BYTES_PER_SECOND,
                        ConfigDef.Type.LONG,
                        Long.MAX_VALUE,
                        atLeast(1),
                        MEDIUM,
                        "Bytes that each destination broker fetches over the link in a second. May be changed at any time"
                                + " without a pause.")
                .define(
                        CATCH_UP_MAX_BYTES_PER_SECOND,
                        ConfigDef.Type.LONG,
                        Long.MAX_VALUE,
                        atLeast(1),
                        MEDIUM,
                        "As " + MAX_BYTES_PER_SECOND + ", for partitions that are behind, such as those of new mirrors:"
                                + " they leave the rest to those that have caught up.")
                .define(
                        HIGH_PRIORITY,
                        ConfigDef.Type.LIST,
                        List.of(),
                        LinkConfig::requirePatterns,
                        MEDIUM,
                        "Regular expressions, by commas, of mirror topics that get four times as much as others in their turn"
                                + " while they are behind. May be changed at any time without a pause.")
                .define(
                        LOW_PRIORITY,
                        ConfigDef.Type.LIST,
                        List.of(),
                        LinkConfig::requirePatterns,
                        MEDIUM,
                        "As " + HIGH_PRIORITY + ", of mirror topics that get a fourth.")
                .define(
                        DELAY_MS,
                        ConfigDef.Type.LONG,
                        0L,
                        between(0, MOST_DELAY_MS),
                        MEDIUM,
                        "How old a batch has to be before mirrors take it, by the newest timestamp in it; what is younger is on"
                                + " the source only. May be changed at any time without a pause.")
                .define(
                        DIVERGENCE_POLICY,
                        ConfigDef.Type.STRING,
                        namesOf(DivergencePolicy.values()).get(0),
                        ConfigDef.CaseInsensitiveValidString.in(
                                namesOf(DivergencePolicy.values()).toArray(String[]::new)),
                        MEDIUM,
                        "What to do with a mirror that holds records which the source has lost: stop, drop them from"
                                + " the mirror, or mirror the topic anew.")
                .define(
                        GAP_POLICY,
                        ConfigDef.Type.STRING,
                        namesOf(GapPolicy.values()).get(0),
                        ConfigDef.CaseInsensitiveValidString.in(
                                namesOf(GapPolicy.values()).toArray(String[]::new)),
                        MEDIUM,
                        "What to do when the source has deleted records before they were mirrored: stop, or go on at"
                                + " the first that it still has.")
                .define(
                        SOCKET_RECEIVE_BUFFER_BYTES,
                        ConfigDef.Type.INT,
                        -1,
                        atLeast(-1),
                        LOW,
                        "Size of the TCP receive buffer of fetch connections; -1 lets the operating system tune it.");
    }

    private static void syncProperties(ConfigDef def) {
        def.define(
                        PREFIX,
                        ConfigDef.Type.STRING,
                        "",
                        MEDIUM,
                        "What the name of a mirror topic begins with, before the source topic's name. Mirrors that exist keep"
                                + " their names.")
                .define(
                        START_OFFSET,
                        ConfigDef.Type.STRING,
                        "earliest",
                        (name, value) -> StartOffset.parse(name, String.valueOf(value)),
                        MEDIUM,
                        "Where new mirrors begin: earliest, latest, or a time like 2026-03-01T12:00:00Z. Partitions that the"
                                + " source gets later are mirrored from their beginning.")
                .define(
                        TOPIC_CONFIG_SYNC_MS,
                        ConfigDef.Type.LONG,
                        5_000L,
                        between(100, 86_400_000),
                        LOW,
                        "How often the configs and the number of partitions of source topics are looked at, for the mirrors to"
                                + " follow.")
                .define(
                        TOPIC_CONFIG_SYNC_INCLUDE,
                        ConfigDef.Type.LIST,
                        List.of(),
                        (name, value) -> TopicConfigKeys.requireIncludable(name, strings(value)),
                        LOW,
                        "Topic configs that mirrors follow besides the usual ones, where they are set on the source topic.")
                .define(
                        TOPIC_CONFIG_SYNC_EXCLUDE,
                        ConfigDef.Type.LIST,
                        List.of(),
                        (name, value) -> TopicConfigKeys.requireExcludable(name, strings(value)),
                        LOW,
                        "Topic configs that mirrors do not follow.")
                .define(
                        AUTO_CREATE,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        MEDIUM,
                        "Whether topics of the source become mirrors by themselves, now and when they are created later.")
                .define(
                        AUTO_CREATE_FILTERS,
                        ConfigDef.Type.STRING,
                        "",
                        MEDIUM,
                        "Which topics these are, as JSON: {\"topicFilters\":[{\"name\":\"orders\",\"patternType\":\"PREFIXED\","
                                + "\"filterType\":\"INCLUDE\"}]}. LITERAL (* for all), PREFIXED or REGEX; INCLUDE or EXCLUDE, which"
                                + " wins. Internal topics never are.")
                .define(
                        AUTO_CREATE_MS,
                        ConfigDef.Type.LONG,
                        10_000L,
                        between(100, 86_400_000),
                        LOW,
                        "How often such topics are looked for.")
                .define(
                        GROUP_SYNC,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        MEDIUM,
                        "Whether the offsets that groups have committed for mirrored topics follow.")
                .define(GROUP_SYNC_MS, ConfigDef.Type.LONG, 30_000L, between(100, 86_400_000), LOW, "How often.")
                .define(
                        GROUP_FILTERS,
                        ConfigDef.Type.STRING,
                        "{\"groupFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"}]}",
                        MEDIUM,
                        "Which groups' do, as JSON: {\"groupFilters\":[{\"name\":\"billing\",\"patternType\":\"PREFIXED\","
                                + "\"filterType\":\"INCLUDE\"}]}; as " + AUTO_CREATE_FILTERS + ".")
                .define(
                        SOURCE_FENCE,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        MEDIUM,
                        "Whether the source topic becomes read-only once its mirror here was made writable. That takes the plugin on"
                                + " the source, and ALTER_CONFIGS and DESCRIBE_CONFIGS on its cluster for the link's principal.")
                .define(ACL_SYNC, ConfigDef.Type.BOOLEAN, false, MEDIUM, "Whether ACLs follow.")
                .define(ACL_SYNC_MS, ConfigDef.Type.LONG, 5_000L, between(100, 86_400_000), LOW, "How often.")
                .define(
                        ACL_FILTERS,
                        ConfigDef.Type.STRING,
                        "",
                        MEDIUM,
                        "Which ACLs do, as JSON: {\"aclFilters\":[{\"resourceFilter\":{\"resourceType\":\"TOPIC\","
                                + "\"patternType\":\"LITERAL\",\"name\":\"orders\"},\"accessFilter\":{\"principal\":"
                                + "\"User:app\",\"host\":\"*\",\"operation\":\"READ\",\"permissionType\":\"ALLOW\"}}]}; what is"
                                + " left out, or ANY, is any.");
    }

    private static List<String> strings(Object list) {
        return ((List<?>) list).stream().map(String::valueOf).toList();
    }

    private static void connectionProperties(ConfigDef def) {
        def.define(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        ConfigDef.ValidList.anyNonDuplicateValues(true, false),
                        HIGH,
                        "Brokers of the source cluster to begin with, as host:port. Of a link's source half: reverse listeners of"
                                + " the destination. Not for a link with " + CONNECTION_MODE + "=inbound.")
                .define(
                        LINK_MODE,
                        ConfigDef.Type.STRING,
                        LinkHalf.DESTINATION.linkMode(),
                        ConfigDef.CaseInsensitiveValidString.in(
                                LinkHalf.DESTINATION.linkMode(), LinkHalf.SOURCE.linkMode()),
                        MEDIUM,
                        "On which side of the link this cluster is. The source has a half of a link only where it is the one that"
                                + " connects.")
                .define(
                        CONNECTION_MODE,
                        ConfigDef.Type.STRING,
                        LinkHalf.OUTBOUND,
                        ConfigDef.CaseInsensitiveValidString.in(LinkHalf.OUTBOUND, LinkHalf.INBOUND),
                        MEDIUM,
                        "Who connects: outbound for the brokers here, inbound for those of the other cluster.")
                .define(
                        REVERSE_SECRET,
                        ConfigDef.Type.PASSWORD,
                        null,
                        HIGH,
                        "Of a link that the source initiates: what both halves know and nobody else, 16 characters or more. It is never"
                                + " sent.")
                .define(
                        REVERSE_LISTENER_NAME,
                        ConfigDef.Type.STRING,
                        "",
                        MEDIUM,
                        "Of a link's source half: the Kafka listener of this cluster's brokers whose security, quotas and ACLs hold for"
                                + " what the destination asks.")
                .define(
                        CommonClientConfigs.CLIENT_DNS_LOOKUP_CONFIG,
                        ConfigDef.Type.STRING,
                        ClientDnsLookup.USE_ALL_DNS_IPS.toString(),
                        ValidString.in(
                                ClientDnsLookup.USE_ALL_DNS_IPS.toString(),
                                ClientDnsLookup.RESOLVE_CANONICAL_BOOTSTRAP_SERVERS_ONLY.toString()),
                        LOW,
                        CommonClientConfigs.CLIENT_DNS_LOOKUP_DOC)
                .define(
                        CLIENT_RACK,
                        ConfigDef.Type.STRING,
                        "",
                        LOW,
                        "Rack of the destination, as the source's brokers have it in broker.rack. Where the source has a"
                                + " replica.selector.class, records then come from a replica nearby instead of the leader.")
                .define(
                        METADATA_MAX_AGE_MS,
                        ConfigDef.Type.LONG,
                        300_000L,
                        atLeast(100),
                        LOW,
                        "How long the source's topics and leaders are taken as known without asking again.")
                .define(
                        REQUEST_TIMEOUT_MS,
                        ConfigDef.Type.INT,
                        10_000,
                        between(100, 600_000),
                        MEDIUM,
                        "How long an answer of the source is waited for; a peer that is silent for longer is taken"
                                + " as gone.")
                .define(
                        CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG,
                        ConfigDef.Type.LONG,
                        5_000L,
                        atLeast(1),
                        LOW,
                        CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_DOC)
                .define(
                        CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG,
                        ConfigDef.Type.LONG,
                        10_000L,
                        atLeast(1),
                        LOW,
                        CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_DOC)
                .define(
                        CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG,
                        ConfigDef.Type.LONG,
                        50L,
                        atLeast(0),
                        LOW,
                        CommonClientConfigs.RECONNECT_BACKOFF_MS_DOC)
                .define(
                        CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        ConfigDef.Type.LONG,
                        1_000L,
                        atLeast(0),
                        LOW,
                        CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_DOC)
                .define(
                        CommonClientConfigs.CONNECTIONS_MAX_IDLE_MS_CONFIG,
                        ConfigDef.Type.LONG,
                        300_000L,
                        LOW,
                        CommonClientConfigs.CONNECTIONS_MAX_IDLE_MS_DOC)
                .define(
                        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                        ConfigDef.Type.STRING,
                        CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL,
                        ValidString.in(SecurityProtocol.names().toArray(String[]::new)),
                        HIGH,
                        CommonClientConfigs.SECURITY_PROTOCOL_DOC);
    }
}
