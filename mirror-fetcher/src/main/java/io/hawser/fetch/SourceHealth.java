/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.source.SourceFailure;
import org.jspecify.annotations.Nullable;

/**
 * Whether one source broker answers one fetcher. Shared by its partitions, since an answer within a fetch session speaks
 * for all of them: those that it leaves out have no news.
 *
 * <p>Thread-safe: written by the fetcher thread, read by any.
 */
final class SourceHealth {

    private volatile long lastAnswerMs = -1;
    private volatile long restedMs = -1;
    private volatile @Nullable SourceFailure failure;

    void answered(long nowMs) {
        failure = null;
        lastAnswerMs = nowMs;
    }

    /** Nobody asks it anything for now, so that it cannot answer. */
    void rests(long nowMs) {
        restedMs = nowMs;
    }

    void failed(SourceFailure newFailure) {
        failure = newFailure;
    }

    /** -1 before the first answer. */
    long lastAnswerMs() {
        return lastAnswerMs;
    }

    /** From when on its silence may mean something; -1 if it was never asked. */
    long silentSinceMs() {
        return Math.max(lastAnswerMs, restedMs);
    }

    @Nullable
    SourceFailure failure() {
        return failure;
    }
}
