/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.console;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.hawser.admin.view.LinkView;
import io.hawser.admin.view.MirrorView;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateSnapshot;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen at one look at the brokers. Immutable.
 *
 * @param lookedMs when, in milliseconds since the epoch; 0 if never
 * @param problem why the looks since then have failed; null if they have not
 */
record Picture(
        String cluster,
        long lookedMs,
        @Nullable String problem,
        @JsonIgnore List<LinkView> linkViews,
        @JsonIgnore List<MirrorView> mirrorViews) {

    static Picture unseen(String cluster) {
        return new Picture(cluster, 0, null, List.of(), List.of());
    }

    static Picture of(String cluster, StateSnapshot snapshot, long nowMs) {
        return new Picture(
                cluster,
                nowMs,
                null,
                snapshot.all(LinkStatus.class).stream()
                        .map(status -> LinkView.of(status, snapshot, nowMs))
                        .sorted(Comparator.comparing(LinkView::link))
                        .toList(),
                snapshot.all(MirrorStatus.class).stream()
                        .map(status -> MirrorView.of(status, snapshot, nowMs))
                        .sorted(Comparator.comparing(MirrorView::mirrorTopic))
                        .toList());
    }

    /** The same, which is all that is known while the brokers do not answer. */
    Picture failing(String why) {
        return new Picture(cluster, lookedMs, why, linkViews, mirrorViews);
    }

    /** The links, each with all that is known of it. */
    public List<LinkView> getLinks() {
        return linkViews;
    }

    /** A row for each mirror; its partitions are asked for one by one. */
    public List<Row> getMirrors() {
        return mirrorViews.stream().map(Row::of).toList();
    }

    /** A mirror topic without its partitions; a lag that is not known is null. */
    record Row(
            String mirrorTopic,
            @Nullable String link,
            @Nullable String sourceTopic,
            MirrorState state,
            MirrorView.@Nullable Reason reason,
            int partitions,
            @Nullable Long lagRecords,
            @Nullable Long lagMs,
            @Nullable Long lagUnknownForMs) {

        static Row of(MirrorView view) {
            return new Row(
                    view.mirrorTopic(),
                    view.link(),
                    view.sourceTopic(),
                    view.state(),
                    view.reason(),
                    view.partitions().size(),
                    view.maxLagRecords(),
                    view.maxLagMs(),
                    view.lagUnknownForMs());
        }
    }
}
