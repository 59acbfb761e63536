/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin;

import java.io.PrintWriter;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine;

/** Turns what went wrong into one line and an exit code. Thread-safe. */
final class Errors implements CommandLine.IExecutionExceptionHandler {

    private static final String DEBUG = "HAWSER_DEBUG";

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine commandLine, CommandLine.ParseResult parseResult) {
        PrintWriter err = commandLine.getErr();
        Throwable cause = unwrap(failure);
        if (System.getenv(DEBUG) != null) {
            failure.printStackTrace(err);
        }
        err.println("link-admin: " + oneLine(cause));
        return cause instanceof CommandFailure known ? known.exitCode() : CommandFailure.FAILED;
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || (cause instanceof KafkaException && cause.getClass() == KafkaException.class))) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String oneLine(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
        if (cause instanceof CommandFailure) {
            return message;
        }
        if (cause instanceof AuthenticationException) {
            return "The brokers refused the credentials of --command-config: " + message;
        }
        if (cause instanceof AuthorizationException) {
            return "The brokers do not allow this: " + message;
        }
        if (cause instanceof TimeoutException) {
            return "The brokers did not answer in time: " + message;
        }
        if (cause instanceof ConfigException) {
            return message;
        }
        return cause instanceof KafkaException ? message : cause.getClass().getSimpleName() + ": " + message;
    }
}
