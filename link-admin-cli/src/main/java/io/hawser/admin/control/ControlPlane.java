/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.Progress;
import io.hawser.config.LinkConfig;
import io.hawser.definition.DefinitionRules;
import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.PluginSetting;
import io.hawser.status.BrokerStatus;
import io.hawser.status.DefinitionsStatus;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The destination cluster, as far as links go.
 *
 * <p>Confined to the command's thread. Each call blocks, for a bounded time.
 */
public final class ControlPlane implements AutoCloseable {

    private static final Pattern WRAPPED_REFUSAL = Pattern.compile(
            "(?s)Invalid value \\S*ConfigException: (.*?) for configuration Invalid dynamic configuration");
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(30);
    private static final Duration IN_FORCE_LIMIT = Duration.ofSeconds(3);
    private static final long POLL_MS = 50;

    private final Admin admin;
    private final StateReader state;
    private final ClientSettings settings;
    private Definitions written = Definitions.NONE;

    /** @throws CommandFailure if no broker answers */
    public ControlPlane(ClientSettings settings) {
        this.settings = settings;
        this.admin = settings.admin();
        this.state = new StateReader(settings, admin);
        try {
            KafkaFuture<String> answer = admin.describeCluster().clusterId();
            Listening.problem(settings.bootstrapServers()).ifPresent(problem -> {
                throw nobodyAnswers(" (" + problem + "); check --bootstrap-server and the network");
            });
            await(answer);
        } catch (TimeoutException e) {
            throw nobodyAnswers(
                    "; check --bootstrap-server, the network, and that --command-config names the listener's security.protocol");
        }
    }

    private CommandFailure nobodyAnswers(String reason) {
        admin.close(Duration.ZERO);
        return CommandFailure.failed("No broker answers at " + settings.bootstrapServers() + reason);
    }

    /**
     * Makes sure that every broker runs the plugin: one that does not would let mirror topics be written.
     *
     * @throws CommandFailure naming the brokers that do not
     */
    public void requirePlugin() {
        List<ConfigResource> brokers = await(admin.describeCluster().nodes()).stream()
                .map(Node::idString)
                .map(id -> new ConfigResource(ConfigResource.Type.BROKER, id))
                .toList();
        Map<ConfigResource, Config> configs;
        try {
            configs = await(admin.describeConfigs(brokers).all());
        } catch (AuthorizationException e) {
            return;
        }
        List<String> without = configs.entrySet().stream()
                .filter(entry -> !runsPlugin(entry.getValue()))
                .map(entry -> entry.getKey().name())
                .sorted()
                .toList();
        if (!without.isEmpty()) {
            throw CommandFailure.failed("The Hawser plugin does not run on broker " + String.join(", ", without)
                    + ": put its jar into libs/, set " + PluginSetting.AUTHORIZER + "=" + PluginSetting.PLUGIN
                    + " and restart the broker");
        }
    }

    /**
     * What a link is set to; a paused one does nothing, and waiting for it would only time out.
     *
     * @throws CommandFailure if there is no such link, or it is paused
     */
    public LinkConfig requireRunningLink(String name) {
        LinkDefinition definition = newestDefinitions()
                .link(name)
                .orElseThrow(() -> CommandFailure.failed(
                        "There is no link " + name + "; see 'link-admin list --links', or create it"
                                + " with 'link-admin create --link " + name + " --config-file <file>'"));
        LinkConfig config = LinkConfig.unresolved(definition.configs());
        if (config.paused()) {
            throw CommandFailure.failed(
                    "Link " + name + " is paused; resume it first with 'link-admin resume --link " + name + "'");
        }
        return config;
    }

    /** Properties of a link with secrets that were given in the clear sealed, where there is a key to do so. */
    Map<String, String> sealed(String link, Map<String, String> given) {
        try {
            return LinkConfig.sealed(link, given, settings.keyFile());
        } catch (ConfigException e) {
            throw CommandFailure.failed("Link " + link + ": " + e.getMessage());
        }
    }

    /**
     * Checks a link before it leaves this process: what a broker refuses, its log shows.
     *
     * @throws CommandFailure if a property is wrong, or is a secret in the clear
     */
    static LinkDefinition requireValid(LinkDefinition link) {
        try {
            LinkConfig.validate(link.configs());
            return link;
        } catch (ConfigException e) {
            throw CommandFailure.failed("Link " + link.name() + ": " + e.getMessage());
        }
    }

    /** Names of the cluster's topics, but for Kafka's own. */
    public Set<String> topics() {
        return await(admin.listTopics().names());
    }

    /** By partition; -1 where there is no such offset. */
    List<Long> offsets(String topic, int partitions, OffsetSpec spec) {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
        var found = await(admin.listOffsets(all.stream().collect(Collectors.toMap(each -> each, each -> spec)))
                .all());
        return all.stream()
                .map(each -> Objects.requireNonNull(found.get(each)).offset())
                .toList();
    }

    /** What the state topic says now. */
    public StateSnapshot state() {
        return state.readToEnd();
    }

    /** The definitions that the coordinator has taken up. */
    public Definitions definitions() {
        return definitions(state());
    }

    /**
     * The definitions that the brokers have, for who is to change them: what somebody has changed a moment ago is waited for,
     * until the coordinator has taken it up.
     *
     * @throws CommandFailure if that takes too long, or this caller may not change definitions
     */
    public Definitions newestDefinitions() {
        return change(UnaryOperator.identity(), true);
    }

    /** Waits, for no longer than this, until the cluster has all of these topics and each of their partitions has a leader. */
    void awaitUp(Duration timeout, Collection<String> topics) {
        Set<String> left = new HashSet<>(topics);
        await(timeout, snapshot -> left.isEmpty() || (left.removeAll(up(left)) && left.isEmpty()));
    }

    private Set<String> up(Collection<String> topics) {
        return admin.describeTopics(topics).topicNameValues().values().stream()
                .flatMap(future -> description(future).stream())
                .filter(found -> leaderless(found).isEmpty())
                .map(TopicDescription::name)
                .collect(Collectors.toSet());
    }

    /** Of each topic that has any, the partitions without a leader. */
    public Map<String, List<Integer>> leaderless(Collection<String> topics) {
        Map<String, List<Integer>> leaderless = new HashMap<>();
        admin.describeTopics(topics).topicNameValues().forEach((topic, future) -> {
            List<Integer> partitions =
                    description(future).map(ControlPlane::leaderless).orElse(List.of());
            if (!partitions.isEmpty()) {
                leaderless.put(topic, partitions);
            }
        });
        return leaderless;
    }

    private static List<Integer> leaderless(TopicDescription topic) {
        return topic.partitions().stream()
                .filter(partition ->
                        partition.leader() == null || partition.leader().isEmpty())
                .map(TopicPartitionInfo::partition)
                .toList();
    }

    private static Optional<TopicDescription> description(KafkaFuture<TopicDescription> future) {
        try {
            return Optional.of(await(future));
        } catch (KafkaException e) {
            return Optional.empty();
        }
    }

    /**
     * Changes definitions in one request: all or nothing.
     *
     * @param change from what stands to what is wanted; may be called again if somebody else was quicker
     * @param dryRun whether the brokers only check it
     * @return what stood when it was let in
     * @throws CommandFailure with the brokers' refusal
     */
    public Definitions change(UnaryOperator<Definitions> change, boolean dryRun) {
        long deadlineNs = System.nanoTime() + CHANGE_LIMIT.toNanos();
        while (true) {
            Definitions before = newestKnown();
            Definitions after = change.apply(before);
            try {
                write(before, after, dryRun);
                return before;
            } catch (AuthorizationException e) {
                throw CommandFailure.failed(
                        "The brokers do not allow this: whoever changes links needs ALTER_CONFIGS on the cluster");
            } catch (InvalidRequestException | InvalidConfigurationException e) {
                String message = refusal(String.valueOf(e.getMessage()));
                if (!DefinitionRules.isChangedMeanwhile(message) || System.nanoTime() > deadlineNs) {
                    throw CommandFailure.failed(message);
                }
                pause();
            }
        }
    }

    /** @return whether it became true in time */
    public boolean await(Duration timeout, Predicate<StateSnapshot> condition) {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        while (!condition.test(state())) {
            if (System.nanoTime() >= deadlineNs) {
                return false;
            }
            pause();
        }
        return true;
    }

    /**
     * Waits until all of them are done, and shows on a terminal those that are not.
     *
     * @param task what is being done, such as {@code Creating}
     * @param done asked about each, each time that something may have changed
     * @param line how far one has come, for people
     */
    <T> void await(
            String task,
            Duration timeout,
            Collection<T> all,
            BiPredicate<T, StateSnapshot> done,
            BiFunction<T, StateSnapshot, String> line) {
        try (Progress progress = Progress.of(task, all.size(), all.size())) {
            await(timeout, snapshot -> {
                List<T> left =
                        all.stream().filter(each -> !done.test(each, snapshot)).toList();
                progress.show(all.size() - left.size(), "", left.stream().map(each -> line.apply(each, snapshot)));
                return left.isEmpty();
            });
        }
    }

    /** Who asks next is told of what was changed by this, and finds it in force; that is waited for, for some seconds at most. */
    @Override
    public void close() {
        try {
            awaitInForce();
        } catch (KafkaException | CommandFailure e) {
            // What the command did is done, and said.
        } finally {
            state.close();
            admin.close(Duration.ofSeconds(1));
        }
    }

    private void awaitInForce() {
        long generation = written.generation();
        if (generation == Definitions.NONE.generation()) {
            return;
        }
        Set<Integer> live =
                await(admin.describeCluster().nodes()).stream().map(Node::id).collect(Collectors.toSet());
        await(
                IN_FORCE_LIMIT,
                snapshot -> generation(snapshot) >= generation
                        && snapshot.all(BrokerStatus.class).stream()
                                .filter(broker -> live.contains(broker.broker()))
                                .allMatch(broker -> broker.generation() >= generation));
    }

    /** What the coordinator has taken up, or, where it has not yet done so, what this command has written. */
    private Definitions newestKnown() {
        Definitions takenUp = definitions();
        return written.generation() > takenUp.generation() ? written : takenUp;
    }

    private void write(Definitions before, Definitions after, boolean dryRun) {
        Definitions next =
                new Definitions(before.nextGeneration(ThreadLocalRandom.current()), after.links(), after.mirrors());
        Map<String, String> old = before.asConfigs();
        Map<String, String> fresh = next.asConfigs();
        Set<String> keys = new HashSet<>(old.keySet());
        keys.addAll(fresh.keySet());
        List<AlterConfigOp> operations = new ArrayList<>();
        for (String key : keys) {
            String value = fresh.get(key);
            if (!Objects.equals(value, old.get(key))) {
                operations.add(new AlterConfigOp(
                        new ConfigEntry(key, value),
                        value == null ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET));
            }
        }
        ConfigResource cluster = new ConfigResource(ConfigResource.Type.BROKER, "");
        AlterConfigsOptions options = new AlterConfigsOptions().validateOnly(dryRun);
        await(admin.incrementalAlterConfigs(Map.of(cluster, operations), options)
                .all());
        if (!dryRun) {
            written = next;
        }
    }

    private static Definitions definitions(StateSnapshot snapshot) {
        SortedMap<String, LinkDefinition> links = new TreeMap<>();
        snapshot.all(LinkStatus.class).forEach(status -> links.put(status.link(), status.definition()));
        SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>();
        snapshot.all(MirrorStatus.class).forEach(status -> mirrors.put(status.topic(), status.definition()));
        return new Definitions(generation(snapshot), links, mirrors);
    }

    private static long generation(StateSnapshot snapshot) {
        return snapshot.value(StateKey.DEFINITIONS)
                .map(DefinitionsStatus::generation)
                .orElse(0L);
    }

    /** The plugin's own words, out of those that Kafka puts around them. */
    private static String refusal(String message) {
        Matcher wrapped = WRAPPED_REFUSAL.matcher(message);
        return wrapped.matches() ? wrapped.group(1) : message;
    }

    private static boolean runsPlugin(Config config) {
        ConfigEntry entry = config.get(PluginSetting.AUTHORIZER);
        return entry != null && PluginSetting.PLUGIN.equals(entry.value());
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }

    /** Whether there is such a topic. Who may not see it is refused, while a list of topics would just leave it out. */
    public static boolean topicExists(Admin admin, String topic) {
        try {
            await(admin.describeTopics(List.of(topic)).allTopicNames());
            return true;
        } catch (UnknownTopicOrPartitionException e) {
            return false;
        }
    }

    /** Waits for an answer, and throws what the brokers refused it with. */
    public static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }
}
