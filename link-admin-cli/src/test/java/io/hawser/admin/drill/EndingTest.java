/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndingTest {

    @Test
    void interruptsWhatGoesOnAndNotTheTidyingUp() {
        try (Ending ending = new Ending(0)) {
            ending.begin();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();

            assertThat(ending.tidyUp()).isTrue();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void leavesWhoTidiesUpAlready() {
        try (Ending ending = new Ending(0)) {
            assertThat(ending.tidyUp()).isFalse();

            ending.begin();

            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }
}
