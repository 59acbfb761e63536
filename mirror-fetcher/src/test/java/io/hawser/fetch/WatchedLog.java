/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/** A log, and what a test wants to happen during each append. */
final class WatchedLog implements MirrorLog {

    private final MirrorLog log;
    private final Runnable duringAppends;

    WatchedLog(MirrorLog log, Runnable duringAppends) {
        this.log = log;
        this.duringAppends = duringAppends;
    }

    @Override
    public AppendOutcome append(MirrorAssignment assignment, ByteBuffer batches, Consumer<Boolean> replicated) {
        duringAppends.run();
        return log.append(assignment, batches, replicated);
    }

    @Override
    public Optional<Position> position(MirrorAssignment assignment) {
        return log.position(assignment);
    }

    @Override
    public void raiseLogStart(MirrorAssignment assignment, long offset) {
        log.raiseLogStart(assignment, offset);
    }

    @Override
    public void restartAt(MirrorAssignment assignment, long offset) {
        log.restartAt(assignment, offset);
    }

    @Override
    public Optional<Retention> retention(MirrorAssignment assignment, long nowMs) {
        return log.retention(assignment, nowMs);
    }

    @Override
    public void completeAppends() {
        log.completeAppends();
    }
}
