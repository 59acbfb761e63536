/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * The source's half of a link on one broker: keeps connections to all brokers of the destination, and gives each that the destination
 * starts to the broker's own Kafka listener.
 *
 * <p>Law: as long as any reverse listener of the destination answers, those are dialled that any of them names, and no others; while
 * none answers, those of the link's definition are dialled too. What one has told counts for as long as it is connected: the
 * destination's brokers hear of each other at different times, and one that is not dialled any more cannot take back what it told.
 *
 * <p>Thread-safe.
 */
public final class Dialler implements AutoCloseable {

    private final DiallerSettings settings;
    private final HandOver handOver;
    private final ReverseLoop loop;
    private final Names names = new Names();
    private final long instance = ThreadLocalRandom.current().nextLong();
    private final Map<Address, Target> targets = new LinkedHashMap<>();
    private final Runnable tick = this::tick;
    private Set<Address> advertised = Set.of();
    private volatile List<PeerReport> report = List.of();
    private boolean closed;

    public Dialler(DiallerSettings settings, HandOver handOver, ReverseLoop loop) {
        this.settings = settings;
        this.handOver = handOver;
        this.loop = loop;
    }

    public void start() {
        loop.execute(() -> {
            if (!closed) {
                loop.eachTick(tick);
                tick();
            }
        });
    }

    /** How each reverse listener is doing, as of some milliseconds ago. */
    public List<PeerReport> report() {
        return report;
    }

    /** Closes what was not started; what was started is Kafka's and goes on. Does not wait. Idempotent. */
    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            loop.noMoreTicks(tick);
            targets.values().forEach(Target::close);
            targets.clear();
            names.close();
        });
    }

    private void tick() {
        Set<Address> told = targets.values().stream()
                .flatMap(target -> target.told().stream())
                .collect(Collectors.toSet());
        if (!told.isEmpty()) {
            advertised = told;
        }
        boolean advertisedConnected = targets.values().stream()
                .anyMatch(target -> target.connected() && advertised.contains(target.address()));
        Set<Address> wanted = new LinkedHashSet<>(advertised);
        if (!advertisedConnected) {
            // Perhaps none of those can be reached from here, while these can.
            wanted.addAll(settings.bootstrap());
        }
        targets.values().removeIf(target -> {
            // The one that has told of the others is kept until one of these answers.
            boolean goes = !wanted.contains(target.address()) && (advertisedConnected || !target.connected());
            if (goes) {
                target.close();
            }
            return goes;
        });
        wanted.forEach(address -> targets.computeIfAbsent(
                address, fresh -> new Target(fresh, settings, instance, handOver, loop, names)));
        long nowMs = loop.nowMs();
        List.copyOf(targets.values()).forEach(target -> target.tick(nowMs));
        report = targets.values().stream().map(Target::report).toList();
    }
}
