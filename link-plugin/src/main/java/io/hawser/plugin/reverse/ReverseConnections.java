/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.reverse;

import io.hawser.config.LinkConfig;
import io.hawser.config.LinkHalf;
import io.hawser.config.SecretReferences;
import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.plugin.broker.HostBroker;
import io.hawser.plugin.state.StateTopic;
import io.hawser.reverse.Address;
import io.hawser.reverse.Dialler;
import io.hawser.reverse.DiallerSettings;
import io.hawser.reverse.InboundLink;
import io.hawser.reverse.LinkSecret;
import io.hawser.reverse.ReverseLoop;
import io.hawser.reverse.ReverseTimings;
import io.hawser.reverse.TlsEngines;
import io.hawser.source.InboundChannels;
import io.hawser.source.SourceFailure;
import io.hawser.status.BrokerStatus;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.LinkStatus;
import io.hawser.status.ReverseStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links that the source initiates, on one broker: of the destination's half it lets source brokers in, of the source's half it dials.
 *
 * <p>Confined to the control thread, but for {@link #connectors}, which any thread may use.
 *
 * <p>Failure semantics: a link whose secret or certificates cannot be read says so in its status and is looked at again; a listener
 * that cannot be bound is tried again; the broker goes on in each case.
 */
public final class ReverseConnections implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReverseConnections.class);
    private static final int WAITING_TO_BE_SERVED = 256;
    private static final long LOOK_AGAIN_MS = 5_000;
    private static final long TELL_AGAIN_MS = 10_000;

    private final HostBroker broker;
    private final SecretReferences secrets;
    private final Time time;
    private final Accepting accepting;
    private final SourceConnectors connectors;
    private final Map<String, Dialling> diallers = new HashMap<>();
    private volatile Map<String, Accepted> accepted = Map.of();
    private final Map<String, Failure> failures = new ConcurrentHashMap<>();
    private final Map<String, ReverseStatus> told = new HashMap<>();
    /** By Kafka listener: one whose limit on connections is reached keeps nobody else waiting. */
    private final Map<String, ExecutorService> handOvers = new HashMap<>();

    private final ReverseLoop loop;
    private boolean looping;
    private @Nullable Definitions seen;
    private long lookedMs;

    /** Who was let in last for a link, by the definition's id. */
    private record Accepted(Uuid id, InboundLink link) {}

    private record Dialling(
            LinkDefinition definition,
            LinkSecret secret,
            Dialler dialler,
            @Nullable TlsEngines tls) {}

    /** @throws KafkaException if the broker's settings are wrong */
    public ReverseConnections(HostBroker broker, Map<String, ?> configs, SecretReferences secrets, Time time) {
        this.broker = broker;
        this.secrets = secrets;
        this.time = time;
        this.loop = new ReverseLoop("hawser-reverse", time);
        this.accepting = new Accepting(broker, new ReverseSettings(configs), loop);
        this.connectors = new SourceConnectors(broker.nodeId(), this::channels, time);
    }

    public SourceConnectors connectors() {
        return connectors;
    }

    /** Where source brokers reach this broker, as host:port; empty if they do not. */
    public List<String> advertised() {
        return accepting.advertised();
    }

    /** Brings listener and diallers to what is wanted. */
    public void follow(Definitions definitions, StateSnapshot state) {
        long nowMs = time.hiResClockMs();
        if (!definitions.equals(seen) || nowMs - lookedMs >= LOOK_AGAIN_MS) {
            seen = definitions;
            lookedMs = nowMs;
            beginLooping(definitions);
            accepting.begin();
            accepting.allow(inbound(definitions, state));
            dial(definitions);
            failures.keySet().retainAll(definitions.links().keySet());
        }
        accepting.advertise(state.all(BrokerStatus.class));
    }

    /** Tells how each link is doing, as often as that changes, and now and then. */
    public void report(Definitions definitions, StateTopic state, long nowMs) {
        told.keySet().retainAll(definitions.links().keySet());
        definitions.links().forEach((name, link) -> {
            LinkHalf half = LinkHalf.of(link.configs());
            if (half != LinkHalf.WHOLE) {
                tell(status(name, half, nowMs), state);
            }
        });
    }

    @Override
    public void close() {
        diallers.values().forEach(dialling -> dialling.dialler().close());
        diallers.clear();
        accepting.close();
        if (looping) {
            loop.close();
        }
        handOvers.values().forEach(ExecutorService::shutdownNow);
    }

    private static ExecutorService oneThread(String listener) {
        return new ThreadPoolExecutor(
                0, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_TO_BE_SERVED), work -> {
                    Thread thread = new Thread(work, "hawser-reverse-" + listener);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    private InboundChannels channels(String link) {
        Failure failure = accepted.containsKey(link) ? null : failures.get(link);
        return failure != null
                ? new NoChannels(new SourceFailure(failure.code(), failure.message()))
                : accepting.channels(link);
    }

    private void beginLooping(Definitions definitions) {
        boolean needed = accepting.isWanted()
                || definitions.links().values().stream()
                        .anyMatch(link -> LinkHalf.of(link.configs()) == LinkHalf.SOURCE);
        if (needed && !looping) {
            looping = true;
            loop.start();
        }
    }

    private Map<String, InboundLink> inbound(Definitions definitions, StateSnapshot state) {
        Map<String, InboundLink> inbound = new HashMap<>();
        Map<String, Accepted> known = new HashMap<>();
        definitions.links().forEach((name, link) -> {
            if (LinkHalf.of(link.configs()) == LinkHalf.DESTINATION) {
                try {
                    LinkConfig config = LinkConfig.resolved(link.name(), link.configs(), secrets);
                    String pinned = state.value(StateKey.link(name))
                            .filter(status -> status.definition().id().equals(link.id()))
                            .map(LinkStatus::sourceClusterId)
                            .orElse(null);
                    inbound.put(name, new InboundLink(secret(config), pinned));
                    failures.remove(name);
                } catch (KafkaException | IllegalArgumentException e) {
                    failed(name, e);
                    Accepted before = accepted.get(name);
                    if (before != null && before.id().equals(link.id())) {
                        inbound.put(name, before.link());
                    }
                }
                InboundLink now = inbound.get(name);
                if (now != null) {
                    known.put(name, new Accepted(link.id(), now));
                }
            }
        });
        accepted = Map.copyOf(known);
        return inbound;
    }

    private void dial(Definitions definitions) {
        Map<String, LinkDefinition> wanted = new HashMap<>(definitions.links());
        wanted.values()
                .removeIf(link -> LinkHalf.of(link.configs()) != LinkHalf.SOURCE
                        || LinkConfig.unresolved(link.configs()).paused());
        diallers.entrySet().removeIf(entry -> {
            boolean goes = !wanted.containsKey(entry.getKey());
            if (goes) {
                entry.getValue().dialler().close();
            }
            return goes;
        });
        wanted.forEach((name, link) -> {
            try {
                dial(link, LinkConfig.resolved(link.name(), link.configs(), secrets));
                failures.remove(name);
            } catch (KafkaException | IllegalArgumentException e) {
                failed(name, e);
                Dialling before = diallers.get(name);
                if (before != null && !before.definition().id().equals(link.id())) {
                    diallers.remove(name);
                    before.dialler().close();
                }
            }
        });
    }

    private void dial(LinkDefinition link, LinkConfig config) {
        Dialling known = diallers.get(link.name());
        LinkSecret secret = secret(config);
        Map<String, Object> tls = tls(config);
        boolean sameTls = known != null
                && (tls == null
                        ? known.tls() == null
                        : known.tls() != null && known.tls().isOf(tls));
        if (known != null && known.definition().equals(link) && known.secret().equals(secret) && sameTls) {
            return;
        }
        TlsEngines engines = tls == null ? null : new TlsEngines(tls);
        Dialler dialler = new Dialler(
                new DiallerSettings(
                        link.name(),
                        broker.clusterId(),
                        broker.nodeId(),
                        Address.parseAll(config.bootstrapServers()),
                        secret,
                        engines,
                        ReverseTimings.USUAL),
                new ListenerHandOver(
                        link.name(),
                        config.reverseListenerName(),
                        broker,
                        handOvers.computeIfAbsent(config.reverseListenerName(), ReverseConnections::oneThread)),
                loop);
        if (known != null) {
            known.dialler().close();
        }
        dialler.start();
        diallers.put(link.name(), new Dialling(link, secret, dialler, engines));
    }

    private static @Nullable Map<String, Object> tls(LinkConfig config) {
        return config.usesTls() ? new HashMap<>(config.values()) : null;
    }

    private static LinkSecret secret(LinkConfig config) {
        Password secret = config.reverseSecret();
        return new LinkSecret(secret == null ? "" : secret.value());
    }

    /** What goes on already goes on as it is: references that do not resolve may do so again in a moment. */
    private void failed(String link, RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        Failure known = failures.get(link);
        if (known == null || !known.message().equals(message)) {
            LOG.error("[{}] cannot run on this broker: {}", link, message);
            failures.put(link, new Failure(FailureCode.INVALID_LINK_CONFIG, message, time.milliseconds()));
        }
    }

    private ReverseStatus status(String link, LinkHalf half, long nowMs) {
        Failure failure = failures.get(link);
        if (half == LinkHalf.SOURCE) {
            Dialling dialling = diallers.get(link);
            return new ReverseStatus(
                    link,
                    broker.nodeId(),
                    dialling == null
                            ? List.of()
                            : Peers.of(dialling.dialler().report(), FailureCode.DESTINATION_UNREACHABLE),
                    failure,
                    nowMs);
        }
        SourceFailure none = accepting.failure();
        return new ReverseStatus(
                link,
                broker.nodeId(),
                Peers.of(accepting.report(link), FailureCode.WAITING_FOR_SOURCE),
                failure == null && none != null ? none.at(nowMs) : failure,
                nowMs);
    }

    private void tell(ReverseStatus status, StateTopic state) {
        ReverseStatus before = told.get(status.link());
        if (before == null || !sameSides(before, status) || status.atMs() - before.atMs() >= TELL_AGAIN_MS) {
            told.put(status.link(), status);
            state.write(StateKey.reverse(status.link(), status.broker()), status);
        }
    }

    /** Counts go up and down all the time. */
    private static boolean sameSides(ReverseStatus one, ReverseStatus other) {
        return Objects.equals(code(one), code(other)) && essence(one).equals(essence(other));
    }

    private static @Nullable FailureCode code(ReverseStatus status) {
        return status.failure() == null ? null : status.failure().code();
    }

    private static List<String> essence(ReverseStatus status) {
        List<String> lines = new ArrayList<>();
        status.peers().forEach(peer -> lines.add(peer.broker() + " " + peer.connected() + " " + peer.code()));
        return lines;
    }
}
