/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.plugin.guard.LiveDefinitions;
import io.hawser.plugin.guard.RefusedChanges;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RuntimeHostTest {

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicBoolean ended = new AtomicBoolean();

    @Test
    void doesNotWaitForAStartThatHangsAndEndsItWhenItIsThere() {
        RuntimeHost host = host((configs, info, feed) -> {
            release.await();
            return () -> ended.set(true);
        });

        host.close();
        assertThat(ended).isFalse();
        release.countDown();

        await().untilTrue(ended);
    }

    @Test
    void doesNotWaitForAnEndThatHangs() {
        RuntimeHost host = host((configs, info, feed) -> release::await);

        host.close();

        release.countDown();
    }

    @Test
    void survivesAnEndThatFails() {
        RuntimeHost host = host((configs, info, feed) -> () -> {
            throw new AssertionError("broken");
        });

        host.close();
        host.close();
    }

    private static RuntimeHost host(RuntimeFactory factory) {
        RuntimeHost host = new RuntimeHost(factory, Duration.ofMillis(100));
        host.start(Map.of(), null, new LiveDefinitions(new RefusedChanges(System::nanoTime)));
        return host;
    }
}
