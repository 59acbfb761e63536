/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

/**
 * Requests to one source broker and their answers, in order.
 *
 * <p>Connects when there is something to send, reconnects with back-off, and takes a peer that stays silent for the
 * request time-out as gone. A connection that was lost fails what is sent next, also if nothing was in flight, so that no
 * caller goes on with another peer unawares.
 *
 * <p>For one thread at a time, which may hand it to another; {@link #wakeup} is for any.
 */
public interface SourceChannel extends AutoCloseable {

    SourceNode node();

    /**
     * Sends as soon as the connection allows. The handler is called once, from within {@link #poll} or {@link #close}.
     */
    <A> void send(SourceRequest<A> request, AnswerHandler<A> handler);

    /**
     * Does what I/O is due and calls the handlers of what was answered.
     *
     * @param timeoutMs how long to wait for something to do, at most
     */
    void poll(long timeoutMs);

    /**
     * Tells that nothing is needed any more of the records in the oldest answers: their memory is used again.
     *
     * @param answers how many, of those that handlers were given and that were not released yet
     */
    void releaseRecords(int answers);

    /** Ends a {@link #poll} that waits. May be called by any thread. */
    void wakeup();

    /** Closes the connection; what was not answered fails as disconnected. Idempotent. */
    @Override
    void close();

    /**
     * What becomes of one request: exactly one of the two.
     *
     * @param <A> type of the answer
     */
    interface AnswerHandler<A> {
        void answered(A answer);

        void failed(SourceFailure failure);
    }
}
