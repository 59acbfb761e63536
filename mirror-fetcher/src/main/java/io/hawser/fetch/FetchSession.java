/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.source.FetchRequest;
import io.hawser.source.FetchRequest.PartitionFetch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * An incremental fetch session (KIP-227): the broker remembers what was asked for, so each request carries only what
 * changed, and each answer only what has news.
 *
 * <p>Law: after an accepted answer, what {@link #asked} returns is what the broker has in its session. After any doubt the
 * session is begun anew with everything.
 *
 * <p>Confined to the fetcher thread.
 */
final class FetchSession {

    private final Map<TopicIdPartition, PartitionFetch> asked = new LinkedHashMap<>();
    private final Map<TopicIdPartition, PartitionFetch> wanted = new LinkedHashMap<>();
    private final Set<TopicIdPartition> changed = new LinkedHashSet<>();
    /** What the broker is to hear of as forgotten even if it is wanted again. */
    private final Set<TopicIdPartition> dropped = new LinkedHashSet<>();

    private final String rack;
    private int sessionId;
    private int sessionEpoch;

    /** @param rack as in {@link FetchRequest} */
    FetchSession(String rack) {
        this.rack = rack;
    }

    /** Wants a partition from now on, or from another place. */
    void want(PartitionFetch fetch) {
        wanted.put(fetch.source(), fetch);
        changed.add(fetch.source());
    }

    /** Does not want a partition any more. */
    void forget(TopicIdPartition source) {
        if (wanted.remove(source) != null) {
            changed.add(source);
        }
    }

    /**
     * As {@link #forget}, and whoever wants it next knows nothing of it. A broker tells where a partition ends only if it did
     * not tell before in the session; so the broker forgets it first (KIP-227).
     */
    void drop(TopicIdPartition source) {
        forget(source);
        if (asked.containsKey(source)) {
            dropped.add(source);
            changed.add(source);
        }
    }

    /** Whether something is to be asked for right after the next request. */
    boolean hurries() {
        return dropped.stream().anyMatch(wanted::containsKey);
    }

    boolean wantsNothing() {
        return wanted.isEmpty();
    }

    /** Whether there is nothing that the broker should hear of. */
    boolean isIdle() {
        return wanted.isEmpty() && asked.isEmpty();
    }

    /** What the request in flight, or the last one answered, asked for; null when it did not ask for the partition. */
    @Nullable
    PartitionFetch asked(TopicIdPartition source) {
        return asked.get(source);
    }

    /** The next request; what it asks for counts as asked. */
    FetchRequest next(int maxWaitMs, int minBytes, int maxBytes) {
        List<PartitionFetch> partitions = new ArrayList<>();
        List<TopicIdPartition> forgotten = new ArrayList<>();
        if (sessionEpoch == 0) {
            asked.clear();
            asked.putAll(wanted);
            partitions.addAll(wanted.values());
            dropped.clear();
        } else {
            changed.forEach(source -> update(source, partitions, forgotten));
        }
        changed.clear();
        changed.addAll(dropped);
        dropped.clear();
        return new FetchRequest(sessionId, sessionEpoch, maxWaitMs, minBytes, maxBytes, rack, partitions, forgotten);
    }

    /** @return whether the answer counts; if not, the session begins anew */
    boolean accept(Errors error, int answeredSessionId) {
        if (error != Errors.NONE) {
            restart();
            return false;
        }
        if (answeredSessionId == 0) {
            restart();
        } else {
            sessionId = answeredSessionId;
            sessionEpoch = sessionEpoch == Integer.MAX_VALUE ? 1 : sessionEpoch + 1;
        }
        return true;
    }

    /** Forgets the broker's session; what is wanted stays. */
    void restart() {
        sessionId = 0;
        sessionEpoch = 0;
    }

    private void update(TopicIdPartition source, List<PartitionFetch> partitions, List<TopicIdPartition> forgotten) {
        PartitionFetch fetch = dropped.contains(source) ? null : wanted.get(source);
        if (fetch == null) {
            if (asked.remove(source) != null) {
                forgotten.add(source);
            }
        } else if (!fetch.equals(asked.put(source, fetch))) {
            partitions.add(fetch);
        }
    }
}
