/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import io.hawser.status.FailureCode;
import java.util.List;

/** Opens channels to the brokers of one source cluster. Thread-safe. */
public interface SourceConnector extends AutoCloseable {

    /** Where to begin, in the order given by the link's creator; empty as long as nobody can be reached, see {@link #whyNoNodes}. */
    List<SourceNode> bootstrapNodes();

    /** Why there are no {@link #bootstrapNodes}. */
    default SourceFailure whyNoNodes() {
        return new SourceFailure(FailureCode.SOURCE_UNREACHABLE, "the link names no broker of the source");
    }

    /**
     * A channel to one broker. Does not block: the connection is made when the channel is first polled.
     *
     * @param role what it is for, for logs and for the client id that the source sees
     */
    SourceChannel open(SourceNode node, String role);

    /** How many bytes of records should be asked for at once, by the memory that there is to receive them. */
    int maxAnswerBytes();

    /** As {@link #open}, for fetches: what it receives lies in memory that the broker's links share. */
    SourceChannel openForRecords(SourceNode node, String role);

    @Override
    void close();
}
