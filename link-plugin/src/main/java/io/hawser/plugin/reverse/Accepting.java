/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.reverse;

import io.hawser.plugin.broker.HostBroker;
import io.hawser.reverse.Address;
import io.hawser.reverse.InboundLink;
import io.hawser.reverse.ListenerSettings;
import io.hawser.reverse.PeerReport;
import io.hawser.reverse.ReverseListener;
import io.hawser.reverse.ReverseLoop;
import io.hawser.reverse.ReverseTimings;
import io.hawser.reverse.TlsEngines;
import io.hawser.source.InboundChannels;
import io.hawser.source.SourceFailure;
import io.hawser.status.BrokerStatus;
import io.hawser.status.FailureCode;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This broker's reverse listener, if it has one.
 *
 * <p>Confined to the control thread, but for {@link #channels} and {@link #failure}.
 */
final class Accepting implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Accepting.class);

    private final HostBroker broker;
    private final ReverseSettings settings;
    private final ReverseLoop loop;
    private @Nullable TlsEngines engines;
    private volatile @Nullable ReverseListener listener;
    private volatile @Nullable SourceFailure failure;

    Accepting(HostBroker broker, ReverseSettings settings, ReverseLoop loop) {
        this.broker = broker;
        this.settings = settings;
        this.loop = loop;
        if (!isWanted()) {
            failure = new SourceFailure(
                    FailureCode.NO_REVERSE_LISTENER,
                    ReverseSettings.LISTENERS + " is not set on broker " + broker.nodeId());
        }
    }

    boolean isWanted() {
        return !settings.listeners().isEmpty();
    }

    /** Binds what is not bound yet, and takes up stores that have changed. */
    void begin() {
        if (!isWanted()) {
            return;
        }
        try {
            ReverseListener bound = listener;
            if (bound == null) {
                engines = settings.engines();
                bound = new ReverseListener(
                        new ListenerSettings(
                                broker.clusterId(),
                                broker.nodeId(),
                                settings.listeners(),
                                engines,
                                ReverseTimings.USUAL),
                        loop);
                bound.start();
                listener = bound;
                failure = null;
                LOG.info("Source brokers may connect to {}", settings.listeners());
            } else {
                renew(bound);
                failure = null;
            }
        } catch (IOException | KafkaException e) {
            if (failure == null) {
                LOG.error("Source brokers cannot connect to this broker: {}", e.getMessage());
            }
            failure = new SourceFailure(FailureCode.NO_REVERSE_LISTENER, String.valueOf(e.getMessage()));
        }
    }

    void allow(Map<String, InboundLink> links) {
        ReverseListener bound = listener;
        if (bound != null) {
            bound.allow(links);
        }
    }

    /** @param brokers of this cluster, as they have reported */
    void advertise(Collection<BrokerStatus> brokers) {
        ReverseListener bound = listener;
        if (bound != null) {
            bound.advertise(brokers.stream()
                    .flatMap(each -> each.reverseListeners().stream().limit(1))
                    .sorted()
                    .map(Address::parse)
                    .toList());
        }
    }

    List<String> advertised() {
        ReverseListener bound = listener;
        return bound == null ? List.of() : settings.advertised(bound.ports());
    }

    List<PeerReport> report(String link) {
        ReverseListener bound = listener;
        return bound == null ? List.of() : bound.report(link);
    }

    /** Why nobody can connect; null if they can. For any thread. */
    @Nullable
    SourceFailure failure() {
        return failure;
    }

    /** For any thread. */
    InboundChannels channels(String link) {
        ReverseListener bound = listener;
        return bound == null ? new NoChannels(Objects.requireNonNull(failure)) : new LinkChannels(link, bound);
    }

    @Override
    public void close() {
        ReverseListener bound = listener;
        if (bound != null) {
            bound.close();
        }
    }

    private void renew(ReverseListener bound) {
        Map<String, Object> tls = settings.tls();
        TlsEngines current = engines;
        if (tls != null && current != null && !current.isOf(tls)) {
            TlsEngines fresh = settings.engines();
            if (fresh != null) {
                engines = fresh;
                bound.secureWith(fresh);
                LOG.info("Certificates of the reverse listener were renewed");
            }
        }
    }
}
