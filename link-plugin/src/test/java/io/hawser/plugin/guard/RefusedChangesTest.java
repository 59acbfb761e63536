/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusedChangesTest {

    private final AtomicLong nowNs = new AtomicLong();
    private final RefusedChanges refused = new RefusedChanges(nowNs::get);

    @Test
    void logsOnceAMinuteForEachTopic() {
        assertThat(refused.isDueForLog("a")).isTrue();
        assertThat(refused.isDueForLog("a")).isFalse();
        assertThat(refused.isDueForLog("b")).isTrue();

        nowNs.addAndGet(RefusedChanges.LOG_INTERVAL.toNanos());

        assertThat(refused.isDueForLog("a")).isTrue();
        assertThat(refused.isDueForLog("a")).isFalse();
    }
}
