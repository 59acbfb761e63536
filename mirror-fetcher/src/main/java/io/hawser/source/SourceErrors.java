/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import io.hawser.status.FailureCode;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;

/** The one table from Kafka's errors, as a source answers them, to our codes. Immutable. */
public final class SourceErrors {

    /** What a link needs to take records; DESCRIBE goes with it. */
    public static final String READ_TOPIC = "READ on the topic";

    /** What a link needs to follow configs. */
    public static final String DESCRIBE_TOPIC_CONFIGS = "DESCRIBE_CONFIGS on the topic";

    private SourceErrors() {}

    /**
     * What an error means for the one who asked.
     *
     * @param error any but NONE
     */
    public static FailureCode failureCode(Errors error) {
        return switch (error) {
            case UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID -> FailureCode.SOURCE_TOPIC_NOT_FOUND;
            case INCONSISTENT_TOPIC_ID -> FailureCode.SOURCE_TOPIC_RECREATED;
            case UNSUPPORTED_VERSION -> FailureCode.UNSUPPORTED_VERSION;
            case UNSUPPORTED_FOR_MESSAGE_FORMAT -> FailureCode.UNSUPPORTED_MESSAGE_FORMAT;
            case OFFSET_OUT_OF_RANGE -> FailureCode.GAP;
            case SECURITY_DISABLED -> FailureCode.NO_AUTHORIZER;
            case CORRUPT_MESSAGE -> FailureCode.CORRUPT_BATCH;
            default -> byKind(error);
        };
    }

    /**
     * What the source has refused, with the right that the link's principal lacks if it is for that.
     *
     * @param what the source was asked for
     * @param needs the right, such as {@code READ on the topic}
     * @param error any but NONE
     */
    public static SourceFailure failure(String what, String needs, Errors error) {
        FailureCode code = failureCode(error);
        String lacking = code == FailureCode.AUTHORIZATION ? " (needs " + needs + ")" : "";
        return new SourceFailure(code, what + lacking + ": " + message(error));
    }

    private static String message(Errors error) {
        return error == Errors.UNKNOWN_TOPIC_OR_PARTITION ? "it does not exist" : error.message();
    }

    /** Whether the partition's leader has moved, or is about to: ask for metadata, then go on. */
    public static boolean leaderMoved(Errors error) {
        return switch (error) {
            case NOT_LEADER_OR_FOLLOWER,
                    FENCED_LEADER_EPOCH,
                    UNKNOWN_LEADER_EPOCH,
                    LEADER_NOT_AVAILABLE,
                    REPLICA_NOT_AVAILABLE,
                    OFFSET_NOT_AVAILABLE,
                    KAFKA_STORAGE_ERROR,
                    UNKNOWN_TOPIC_OR_PARTITION,
                    UNKNOWN_TOPIC_ID,
                    INCONSISTENT_TOPIC_ID -> true;
            default -> false;
        };
    }

    private static FailureCode byKind(Errors error) {
        Throwable exception = error.exception();
        if (exception instanceof AuthenticationException) {
            return FailureCode.AUTHENTICATION;
        }
        if (exception instanceof AuthorizationException) {
            return FailureCode.AUTHORIZATION;
        }
        return exception instanceof RetriableException ? FailureCode.SOURCE_UNREACHABLE : FailureCode.INTERNAL;
    }
}
