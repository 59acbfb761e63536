/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchAnswer.PartitionAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.FetchRequest.PartitionFetch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.protocol.Errors;

/**
 * A source broker with one fetch session, kept as KIP-227 has it: what has no news is left out of an answer. An old one does
 * not tell where logs part.
 */
final class SourceBroker {

    private final Map<TopicIdPartition, PartitionFetch> session = new LinkedHashMap<>();
    private final Map<TopicIdPartition, Long> toldHighWatermarks = new LinkedHashMap<>();
    private final Map<Integer, SourceLog> logs;
    private final Random random;
    private final boolean tellsDivergence;
    private int sessionId;
    private int nextEpoch;

    SourceBroker(Map<Integer, SourceLog> logs, Random random, boolean tellsDivergence) {
        this.tellsDivergence = tellsDivergence;
        this.logs = logs;
        this.random = random;
    }

    void loseSession() {
        sessionId = -1;
    }

    FetchAnswer answer(FetchRequest request) {
        if (request.sessionEpoch() == 0) {
            session.clear();
            toldHighWatermarks.clear();
            sessionId = 1 + random.nextInt(1_000_000);
            nextEpoch = 0;
        } else if (request.sessionId() != sessionId) {
            return new FetchAnswer(Errors.FETCH_SESSION_ID_NOT_FOUND, tellsDivergence, 0, 0, List.of());
        } else if (request.sessionEpoch() != nextEpoch) {
            return new FetchAnswer(Errors.INVALID_FETCH_SESSION_EPOCH, tellsDivergence, 0, 0, List.of());
        }
        nextEpoch++;
        request.partitions().forEach(each -> session.put(each.source(), each));
        request.forgotten().forEach(source -> {
            session.remove(source);
            toldHighWatermarks.remove(source);
        });
        List<PartitionAnswer> news = new ArrayList<>();
        session.values().forEach(each -> tell(each, news));
        return new FetchAnswer(Errors.NONE, tellsDivergence, sessionId, 0, news);
    }

    private void tell(PartitionFetch fetch, List<PartitionAnswer> news) {
        int number = fetch.source().partition();
        SourceLog log = logs.get(number);
        if (fetch.currentLeaderEpoch() < log.epoch()) {
            news.add(Bench.refused(number, Errors.FENCED_LEADER_EPOCH));
            return;
        }
        if (!tellsDivergence && fetch.fetchOffset() > log.end()) {
            news.add(Bench.refused(number, Errors.OFFSET_OUT_OF_RANGE));
            return;
        }
        Optional<FetchAnswer.Diverging> diverging =
                tellsDivergence ? log.diverging(fetch.lastFetchedEpoch(), fetch.fetchOffset()) : Optional.empty();
        if (diverging.isPresent() && diverging.get().epoch() < 0) {
            news.add(Bench.refused(number, Errors.OFFSET_OUT_OF_RANGE));
            return;
        }
        if (diverging.isPresent()) {
            news.add(Bench.diverging(
                    number, diverging.get().epoch(), diverging.get().endOffset()));
            return;
        }
        if (fetch.fetchOffset() > log.end()) {
            throw new AssertionError("asked beyond the end " + log.end() + ": " + fetch);
        }
        ByteBuffer records = log.read(fetch.fetchOffset(), random);
        Long told = toldHighWatermarks.put(fetch.source(), log.end());
        if (records.hasRemaining() || told == null || told != log.end()) {
            news.add(new PartitionAnswer(
                    "", fetch.source().topicId(), number, Errors.NONE, log.end(), 0, null, -1, null, records));
        }
    }
}
