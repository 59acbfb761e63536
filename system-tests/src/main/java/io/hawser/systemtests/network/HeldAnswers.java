/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.network;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Answers that are held back at a proxy until this is closed: those with a given content. Thread-safe. */
public final class HeldAnswers implements AutoCloseable {

    private static final int LIMIT_S = 60;

    private final TcpProxy proxy;
    private final String content;
    private final CountDownLatch one = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private HeldAnswers(TcpProxy proxy, String content) {
        this.proxy = proxy;
        this.content = content;
    }

    /** @param content in ASCII, which only what is held contains; records must not be compressed */
    public static HeldAnswers of(TcpProxy proxy, String content) {
        HeldAnswers held = new HeldAnswers(proxy, content);
        proxy.tamper(held::holdBack);
        return held;
    }

    /** Waits until there is one. */
    public void awaitOne() throws InterruptedException {
        if (!one.await(LIMIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("no answer with '" + content + "' within " + LIMIT_S + " s");
        }
    }

    @Override
    public void close() {
        proxy.heal();
        released.countDown();
    }

    private byte[] holdBack(byte[] answer) {
        if (new String(answer, StandardCharsets.ISO_8859_1).contains(content)) {
            one.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return answer;
    }
}
