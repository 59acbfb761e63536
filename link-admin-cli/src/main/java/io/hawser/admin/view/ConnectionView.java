/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import io.hawser.status.FailureCode;
import io.hawser.status.ReverseStatus;
import io.hawser.status.StateSnapshot;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one broker here has to do with one broker of the other side of a link that the source initiates. Immutable.
 *
 * @param broker node id of the one here
 * @param peer node id of the one there; null if it is not known, or there is none
 * @param waiting connections that wait to be used
 * @param used connections that were taken into use since the plugin began
 */
public record ConnectionView(
        int broker,
        @Nullable Integer peer,
        String address,
        boolean connected,
        int waiting,
        long used,
        @Nullable FailureCode code,
        @Nullable String problem) {

    static List<ConnectionView> ofLink(String link, StateSnapshot snapshot, long nowMs) {
        return snapshot.all(ReverseStatus.class).stream()
                .filter(status -> status.link().equals(link) && nowMs - status.atMs() < MirrorView.CURRENT_FOR_MS)
                .sorted(Comparator.comparingInt(ReverseStatus::broker))
                .flatMap(ConnectionView::of)
                .toList();
    }

    static String table(List<ConnectionView> connections) {
        Table table = new Table("broker", "peer", "address", "connected", "waiting", "used", "code", "message");
        connections.forEach(each -> table.row(
                each.broker(),
                each.peer(),
                each.address(),
                each.connected(),
                each.waiting(),
                each.used(),
                each.code(),
                each.problem()));
        return table.text();
    }

    private static Stream<ConnectionView> of(ReverseStatus status) {
        Stream<ConnectionView> peers = status.peers().stream()
                .map(peer -> new ConnectionView(
                        status.broker(),
                        peer.broker() < 0 ? null : peer.broker(),
                        peer.address(),
                        peer.connected(),
                        peer.waiting(),
                        peer.used(),
                        peer.code(),
                        peer.problem()));
        return status.failure() == null
                ? peers
                : Stream.concat(
                        Stream.of(new ConnectionView(
                                status.broker(),
                                null,
                                "",
                                false,
                                0,
                                0,
                                status.failure().code(),
                                status.failure().message())),
                        peers);
    }
}
