/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.source.FetchRequest;
import io.hawser.source.FetchRequest.PartitionFetch;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class FetchSessionTest {

    private static final Uuid TOPIC = Uuid.randomUuid();

    private final FetchSession session = new FetchSession("");

    @Test
    void asksForASessionWithAllThatIsWanted() {
        session.want(fetch(0, 10));
        session.want(fetch(1, 20));

        FetchRequest request = next();

        assertThat(request.sessionId()).isZero();
        assertThat(request.sessionEpoch()).isZero();
        assertThat(request.partitions()).containsExactly(fetch(0, 10), fetch(1, 20));
    }

    @Test
    void namesOnlyWhatHasChangedFromThenOn() {
        session.want(fetch(0, 10));
        session.want(fetch(1, 20));
        next();
        session.accept(Errors.NONE, 77);

        session.want(fetch(1, 25));
        FetchRequest request = next();

        assertThat(request.sessionId()).isEqualTo(77);
        assertThat(request.sessionEpoch()).isEqualTo(1);
        assertThat(request.partitions()).containsExactly(fetch(1, 25));
        assertThat(request.forgotten()).isEmpty();
    }

    @Test
    void doesNotNameWhatIsWantedAsBefore() {
        session.want(fetch(0, 10));
        next();
        session.accept(Errors.NONE, 77);

        session.forget(source(0));
        session.want(fetch(0, 10));

        assertThat(next().partitions()).isEmpty();
    }

    /** A broker hears of what is wanted before it hears of what is not: both in one request would leave nothing. */
    @Test
    void hasTheBrokerForgetFirstWhatIsWantedByAnother() {
        session.want(fetch(0, 10));
        next();
        session.accept(Errors.NONE, 77);

        session.drop(source(0));
        session.want(fetch(0, 10));

        assertThat(session.hurries()).isTrue();
        FetchRequest first = next();
        assertThat(first.forgotten()).containsExactly(source(0));
        assertThat(first.partitions()).isEmpty();
        assertThat(session.asked(source(0)))
                .as("an answer to that tells nothing of it")
                .isNull();
        session.accept(Errors.NONE, 77);
        assertThat(session.hurries()).isFalse();
        FetchRequest second = next();
        assertThat(second.forgotten()).isEmpty();
        assertThat(second.partitions()).containsExactly(fetch(0, 10));
    }

    @Test
    void beginsAnewWithWhatIsWantedByAnother() {
        session.want(fetch(0, 10));
        next();
        session.accept(Errors.NONE, 77);
        session.drop(source(0));
        session.want(fetch(0, 10));

        session.restart();

        assertThat(next().partitions()).containsExactly(fetch(0, 10));
        session.accept(Errors.NONE, 78);
        assertThat(next().forgotten()).isEmpty();
    }

    @Test
    void forgetsWhatTheBrokerHasAndNothingElse() {
        session.want(fetch(0, 10));
        next();
        session.accept(Errors.NONE, 77);

        session.want(fetch(1, 20));
        session.forget(source(1));
        session.forget(source(0));

        FetchRequest request = next();
        assertThat(request.forgotten()).containsExactly(source(0));
        assertThat(request.partitions()).isEmpty();
        assertThat(session.asked(source(0))).isNull();
    }

    @Test
    void countsTheRequestsOfASession() {
        session.want(fetch(0, 10));

        for (int epoch = 0; epoch < 5; epoch++) {
            assertThat(next().sessionEpoch()).isEqualTo(epoch);
            session.accept(Errors.NONE, 77);
        }
    }

    @Test
    void asksForEverythingEachTimeOfABrokerThatKeepsNoSession() {
        session.want(fetch(0, 10));
        next();

        boolean counts = session.accept(Errors.NONE, 0);

        assertThat(counts).isTrue();
        assertThat(next().partitions()).containsExactly(fetch(0, 10));
        assertThat(session.accept(Errors.NONE, 0)).isTrue();
        assertThat(next().sessionEpoch()).isZero();
    }

    @Test
    void beginsAnewWithEverythingAfterAnError() {
        session.want(fetch(0, 10));
        session.want(fetch(1, 20));
        next();
        session.accept(Errors.NONE, 77);
        session.forget(source(1));
        next();

        boolean counts = session.accept(Errors.FETCH_SESSION_ID_NOT_FOUND, 0);

        assertThat(counts).isFalse();
        FetchRequest anew = next();
        assertThat(anew.sessionId()).isZero();
        assertThat(anew.sessionEpoch()).isZero();
        assertThat(anew.partitions()).containsExactly(fetch(0, 10));
        assertThat(anew.forgotten()).isEmpty();
    }

    @Test
    void isIdleOnceTheBrokerHasForgottenAll() {
        session.want(fetch(0, 10));
        next();
        session.accept(Errors.NONE, 77);

        session.forget(source(0));

        assertThat(session.wantsNothing()).isTrue();
        assertThat(session.isIdle()).as("the broker still has to hear of it").isFalse();
        next();
        assertThat(session.isIdle()).isTrue();
    }

    private FetchRequest next() {
        return session.next(500, 1, 1 << 20);
    }

    private static PartitionFetch fetch(int partition, long offset) {
        return new PartitionFetch(source(partition), offset, 3, OptionalInt.empty(), 1 << 20);
    }

    private static TopicIdPartition source(int partition) {
        return new TopicIdPartition(TOPIC, new TopicPartition("source", partition));
    }
}
