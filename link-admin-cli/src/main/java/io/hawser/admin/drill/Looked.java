/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.DrillView.Check;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster answered, or why it is not known. Nothing follows from what is not known but that. Immutable.
 *
 * @param value null if and only if it is not known
 * @param code for scripts; null if it is known
 * @param why for people; empty if it is known
 */
record Looked<T>(@Nullable T value, @Nullable String code, String why) {

    static <T> Looked<T> known(T value) {
        return new Looked<>(value, null, "");
    }

    static <T> Looked<T> unknown(String code, String why) {
        return new Looked<>(null, code, why);
    }

    /**
     * Asks.
     *
     * @param what is asked about, and of whom
     * @param right that it takes
     */
    static <T> Looked<T> at(String what, String right, Supplier<T> question) {
        try {
            return known(question.get());
        } catch (AuthorizationException | InvalidTopicException e) {
            return unknown("AUTHORIZATION", what + " may not be seen: link-admin needs " + right);
        } catch (AuthenticationException e) {
            return unknown("AUTHENTICATION", what + ": the credentials of link-admin were refused: " + e.getMessage());
        } catch (TimeoutException e) {
            return unknown("NOT_ANSWERED", what + ": no answer in time");
        } catch (UnsupportedVersionException e) {
            return unknown("UNSUPPORTED_VERSION", what + ": its brokers are too old to tell");
        } catch (KafkaException e) {
            return unknown("NOT_ANSWERED", what + ": " + e.getMessage());
        } catch (CommandFailure e) {
            return unknown("NOT_ANSWERED", what + ": " + e.getMessage());
        }
    }

    /** The next question, if this one was answered. */
    <R> Looked<R> then(Function<T, Looked<R>> next) {
        return value == null ? unknown(String.valueOf(code), why) : next.apply(value);
    }

    /** What follows from the answer; where there is none, that it is not known. */
    List<Check> check(String name, Function<T, List<Check>> verdict) {
        return value == null ? List.of(Check.unknown(name, String.valueOf(code), why)) : verdict.apply(value);
    }
}
