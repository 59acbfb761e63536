/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.status.FailureCode;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SourceErrorsTest {

    /** Nothing that a source answers is a state that only this side can be in. */
    private static final Set<FailureCode> NEVER_OF_THE_SOURCE = EnumSet.of(
            FailureCode.INVALID_LINK_CONFIG,
            FailureCode.SELF_LINK,
            FailureCode.SOURCE_CLUSTER_CHANGED,
            FailureCode.TOPIC_CREATION,
            FailureCode.DIVERGED,
            FailureCode.STILL_WRITTEN,
            FailureCode.NOT_ENOUGH_REPLICAS,
            FailureCode.RECORD_TOO_LARGE,
            FailureCode.LEADER_UNAVAILABLE);

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void hasACodeForEveryErrorOfKafka(Errors error) {
        assertThat(SourceErrors.failureCode(error)).isNotIn(NEVER_OF_THE_SOURCE);
        SourceErrors.leaderMoved(error);
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN_TOPIC_OR_PARTITION, SOURCE_TOPIC_NOT_FOUND",
        "UNKNOWN_TOPIC_ID, SOURCE_TOPIC_NOT_FOUND",
        "INCONSISTENT_TOPIC_ID, SOURCE_TOPIC_RECREATED",
        "UNSUPPORTED_VERSION, UNSUPPORTED_VERSION",
        "UNSUPPORTED_FOR_MESSAGE_FORMAT, UNSUPPORTED_MESSAGE_FORMAT",
        "OFFSET_OUT_OF_RANGE, GAP",
        "CORRUPT_MESSAGE, CORRUPT_BATCH",
        "TOPIC_AUTHORIZATION_FAILED, AUTHORIZATION",
        "CLUSTER_AUTHORIZATION_FAILED, AUTHORIZATION",
        "GROUP_AUTHORIZATION_FAILED, AUTHORIZATION",
        "SASL_AUTHENTICATION_FAILED, AUTHENTICATION",
        "ILLEGAL_SASL_STATE, AUTHENTICATION",
        "UNSUPPORTED_SASL_MECHANISM, AUTHENTICATION",
        "REQUEST_TIMED_OUT, SOURCE_UNREACHABLE",
        "NETWORK_EXCEPTION, SOURCE_UNREACHABLE",
        "BROKER_NOT_AVAILABLE, INTERNAL",
        "NOT_LEADER_OR_FOLLOWER, SOURCE_UNREACHABLE",
        "UNKNOWN_SERVER_ERROR, INTERNAL"
    })
    void namesWhatAnOperatorCanActOn(Errors error, FailureCode code) {
        assertThat(SourceErrors.failureCode(error)).isEqualTo(code);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "NOT_LEADER_OR_FOLLOWER",
                "FENCED_LEADER_EPOCH",
                "UNKNOWN_LEADER_EPOCH",
                "OFFSET_NOT_AVAILABLE",
                "KAFKA_STORAGE_ERROR",
                "UNKNOWN_TOPIC_ID"
            })
    void looksForTheLeaderWhereItMayHaveMoved(Errors error) {
        assertThat(SourceErrors.leaderMoved(error)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"TOPIC_AUTHORIZATION_FAILED", "OFFSET_OUT_OF_RANGE", "CORRUPT_MESSAGE", "UNKNOWN_SERVER_ERROR"})
    void staysWhereTheLeaderIsNotTheTrouble(Errors error) {
        assertThat(SourceErrors.leaderMoved(error)).isFalse();
    }

    @Test
    void namesTheRightThatLacksAndOnlyThat() {
        assertThat(SourceErrors.failure("reading orders", SourceErrors.READ_TOPIC, Errors.TOPIC_AUTHORIZATION_FAILED)
                        .message())
                .startsWith("reading orders (needs READ on the topic): ");
        assertThat(SourceErrors.failure("reading orders", SourceErrors.READ_TOPIC, Errors.UNKNOWN_TOPIC_OR_PARTITION)
                        .message())
                .isEqualTo("reading orders: it does not exist");
    }
}
