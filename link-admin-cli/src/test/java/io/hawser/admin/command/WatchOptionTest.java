/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.admin.CommandFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.IntSupplier;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class WatchOptionTest {

    private final StringWriter shown = new StringWriter();
    private int times;

    @AfterEach
    void takeTheInterruptBack() {
        Thread.interrupted();
    }

    @Test
    void goesOnWhenBrokersDoNotAnswerForAWhile() {
        int exitCode = watch(() -> {
            times++;
            if (times == 2) {
                throw new DisconnectException("broker 1 is gone");
            }
            if (times == 3) {
                Thread.currentThread().interrupt();
            }
            return times;
        });

        assertThat(exitCode).isEqualTo(3);
        assertThat(shown.toString()).contains("Not known at the moment: broker 1 is gone");
    }

    @Test
    void endsWhenTheFirstTimeFails() {
        assertThatThrownBy(() -> watch(() -> {
                    throw CommandFailure.failed("No such link");
                }))
                .isInstanceOf(CommandFailure.class);
    }

    private int watch(IntSupplier show) {
        WatchOption option = CommandLine.populateCommand(new WatchOption(), "--watch", "100ms");
        return option.run(new PrintWriter(shown), show);
    }
}
