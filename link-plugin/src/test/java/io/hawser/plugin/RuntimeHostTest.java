/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.plugin.guard.LiveDefinitions;
import io.hawser.plugin.guard.RefusedChanges;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.JMException;
import javax.management.ObjectName;
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

    @Test
    void showsByJmxWhyLinksDoNotRun() throws Exception {
        RuntimeHost host = host((configs, info, feed) -> {
            throw new IllegalStateException("this Kafka is not known");
        });

        await().untilAsserted(() -> assertThat(shown("Reason")).isEqualTo("this Kafka is not known"));
        assertThat(shown("Value")).isEqualTo(0);
        host.close();
        assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(new ObjectName(LinksRunning.NAME)))
                .isFalse();
    }

    @Test
    void handsOverChangedSettingsAlsoToARuntimeThatIsNotThereYet() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        List<Map<String, ?>> taken = new CopyOnWriteArrayList<>();
        RuntimeHost host = host((configs, info, feed) -> {
            begun.await();
            return new RunningLinks() {
                @Override
                public void reconfigure(Map<String, ?> changed) {
                    taken.add(changed);
                    throw new IllegalStateException("must not reach the broker");
                }

                @Override
                public void close() {}
            };
        });

        host.reconfigure(Map.of("key", "early"));
        begun.countDown();

        await().untilAsserted(() -> assertThat(taken).isEqualTo(List.of(Map.of("key", "early"))));
        host.reconfigure(Map.of("key", "late"));
        assertThat(taken).hasSize(2);
        host.close();
    }

    @Test
    void showsByJmxThatLinksRun() throws Exception {
        RuntimeHost host = host((configs, info, feed) -> () -> {});

        await().untilAsserted(() -> assertThat(shown("Value")).isEqualTo(1));
        assertThat(shown("Reason")).isEqualTo("");
        host.close();
    }

    private static Object shown(String attribute) throws JMException {
        return ManagementFactory.getPlatformMBeanServer().getAttribute(new ObjectName(LinksRunning.NAME), attribute);
    }

    private static RuntimeHost host(RuntimeFactory factory) {
        RuntimeHost host = new RuntimeHost(factory, Duration.ofMillis(100));
        host.start(Map.of(), null, new LiveDefinitions(new RefusedChanges(System::nanoTime)));
        return host;
    }
}
