/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.reverse;

import io.hawser.reverse.PeerReport;
import io.hawser.reverse.Refusal;
import io.hawser.status.FailureCode;
import io.hawser.status.ReverseStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What connections tell of the other side, in the words of the state topic. */
final class Peers {

    private Peers() {}

    /** @param unreachable what it is for this side if the other has given no reason */
    static List<ReverseStatus.Peer> of(List<PeerReport> reports, FailureCode unreachable) {
        return reports.stream()
                .map(report -> new ReverseStatus.Peer(
                        report.brokerId(),
                        report.address(),
                        report.connected(),
                        report.waiting(),
                        report.started(),
                        report.problem() == null ? null : code(report.refusal(), unreachable),
                        report.problem()))
                .toList();
    }

    static FailureCode code(@Nullable Refusal refusal, FailureCode unreachable) {
        if (refusal == null) {
            return unreachable;
        }
        return switch (refusal) {
            case REMOTE_LINK_NOT_FOUND -> FailureCode.REMOTE_LINK_NOT_FOUND;
            case SECRET_MISMATCH -> FailureCode.SECRET_MISMATCH;
            case OTHER_CLUSTER -> FailureCode.SOURCE_CLUSTER_CHANGED;
            case SAME_CLUSTER -> FailureCode.SELF_LINK;
            case NO_LISTENER -> FailureCode.LISTENER_NOT_FOUND;
            case UNSUPPORTED_VERSION -> FailureCode.UNSUPPORTED_VERSION;
            case LIMIT, UNKNOWN -> unreachable;
        };
    }
}
