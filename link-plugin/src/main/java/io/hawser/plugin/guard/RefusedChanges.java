/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import io.hawser.definition.TopicNames;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts refused changes and logs the first of each topic and minute.
 *
 * <p>Questions that no change depends on (Kafka marks them by {@link Action#logIfDenied()} being false) are passed over.
 *
 * <p>Thread-safe. Holds one entry per topic refused, at most {@value #MAX_TOPICS}.
 */
public final class RefusedChanges {

    static final Duration LOG_INTERVAL = Duration.ofMinutes(1);
    private static final int MAX_TOPICS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(RefusedChanges.class);

    private final LongSupplier nanoClock;
    private final LongAdder count = new LongAdder();
    private final Map<String, Long> loggedAtNs = new ConcurrentHashMap<>();

    public RefusedChanges(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Since the start of the node. */
    public long count() {
        return count.sum();
    }

    void record(AuthorizableRequestContext context, Action action) {
        if (!action.logIfDenied()) {
            return;
        }
        count.increment();
        String topic = action.resourcePattern().name();
        if (isDueForLog(topic)) {
            LOG.info(
                    "Refused {} ({}) on topic {} to {}, client id '{}', from {}: {}. Logged once a minute for each topic.",
                    action.operation(),
                    ApiKeys.forId(context.requestType()),
                    topic,
                    context.principal(),
                    context.clientId(),
                    context.clientAddress(),
                    topic.equals(TopicNames.STATE_TOPIC)
                            ? "only the brokers' own clients change it while there are links"
                            : "mirror topics are read-only until they are promoted or failed over");
        }
    }

    /** Whether the topic's last line is a minute old; if so, the next question within a minute is answered by no. */
    boolean isDueForLog(String topic) {
        long nowNs = nanoClock.getAsLong();
        Long lastNs = loggedAtNs.get(topic);
        if (lastNs != null && nowNs - lastNs < LOG_INTERVAL.toNanos()) {
            return false;
        }
        if (loggedAtNs.size() >= MAX_TOPICS) {
            loggedAtNs.clear();
        }
        return lastNs == null ? loggedAtNs.putIfAbsent(topic, nowNs) == null : loggedAtNs.replace(topic, lastNs, nowNs);
    }
}
