/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.reverse;

import io.hawser.reverse.PeerReport;
import io.hawser.reverse.Refusal;
import io.hawser.reverse.ReverseListener;
import io.hawser.source.InboundChannels;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import io.hawser.status.FailureCode;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the source brokers of one link have dialled. Thread-safe. */
final class LinkChannels implements InboundChannels {

    private final String link;
    private final ReverseListener listener;

    LinkChannels(String link, ReverseListener listener) {
        this.link = link;
        this.listener = listener;
    }

    @Override
    public List<SourceNode> nodes() {
        return listener.connected(link).stream()
                .map(there -> new SourceNode(there.brokerId(), there.host(), there.port()))
                .toList();
    }

    @Override
    public CompletableFuture<SocketChannel> take(SourceNode node) {
        return listener.take(link, node.id());
    }

    /** Whoever knows a link's name can be refused: a code by which mirrors stop is for who has proven to know its secret. */
    private static FailureCode code(Refusal refusal) {
        return refusal == Refusal.SECRET_MISMATCH
                ? Peers.code(refusal, FailureCode.WAITING_FOR_SOURCE)
                : FailureCode.WAITING_FOR_SOURCE;
    }

    @Override
    public SourceFailure whyNone() {
        for (PeerReport report : listener.report(link)) {
            if (report.refusal() != null) {
                return new SourceFailure(
                        code(report.refusal()),
                        "a source broker at " + report.address() + " was not let in: " + report.problem());
            }
        }
        return new SourceFailure(
                FailureCode.WAITING_FOR_SOURCE, "no broker of the source is connected to this one for link " + link);
    }
}
