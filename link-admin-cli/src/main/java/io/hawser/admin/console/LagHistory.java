/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.console;

import io.hawser.admin.view.MirrorView;
import io.hawser.status.MirrorState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lags of the last half hour, {@value #POINTS} points of each mirror and link at most, 6 kB each. A lag that was not known is a
 * gap, never 0; a link's is the largest of its mirrors that is known. Thread-safe.
 */
final class LagHistory {

    static final int POINTS = 360;
    private static final long STEP_MS = 5_000;
    private static final long UNKNOWN = -1;

    private final long[] timesMs = new long[POINTS];
    private final Map<String, Lags> mirrors = new HashMap<>();
    private final Map<String, Lags> links = new HashMap<>();
    private int points;

    /** Of one mirror or link, by the places of the times. */
    private static final class Lags {
        private final long[] records = unknown();
        private final long[] ms = unknown();

        private static long[] unknown() {
            long[] values = new long[POINTS];
            Arrays.fill(values, UNKNOWN);
            return values;
        }

        private void put(int place, @Nullable Long lagRecords, @Nullable Long lagMs) {
            records[place] = lagRecords == null ? UNKNOWN : lagRecords;
            ms[place] = lagMs == null ? UNKNOWN : lagMs;
        }
    }

    /** Lines of a chart: equally long, oldest first; null where the lag was not known. */
    record Series(List<Double> timesSeconds, List<@Nullable Long> lagRecords, List<@Nullable Long> lagMs) {}

    /** Takes a look into account, unless the last one was a moment ago. Mirrors that are gone are forgotten. */
    synchronized void add(long nowMs, Collection<MirrorView> views) {
        if (isTooSoon(nowMs)) {
            return;
        }
        int place = nextPlace(nowMs);
        Map<String, List<MirrorView>> byTopic = views.stream().collect(Collectors.groupingBy(MirrorView::mirrorTopic));
        Map<String, List<MirrorView>> byLink = views.stream()
                .filter(view -> view.link() != null && view.state() != MirrorState.STOPPED)
                .collect(Collectors.groupingBy(MirrorView::link));
        put(place, mirrors, byTopic);
        put(place, links, byLink);
    }

    private boolean isTooSoon(long nowMs) {
        return points > 0 && nowMs - timesMs[place(points - 1)] < STEP_MS;
    }

    private int nextPlace(long nowMs) {
        int place = place(points++);
        timesMs[place] = nowMs;
        return place;
    }

    private static void put(int place, Map<String, Lags> lags, Map<String, List<MirrorView>> views) {
        lags.keySet().retainAll(views.keySet());
        views.forEach((name, each) -> lags.computeIfAbsent(name, key -> new Lags())
                .put(place, largest(each, MirrorView::maxLagRecords), largest(each, MirrorView::maxLagMs)));
    }

    private static @Nullable Long largest(List<MirrorView> views, Function<MirrorView, @Nullable Long> lag) {
        return views.stream()
                .map(lag)
                .filter(Objects::nonNull)
                .max(Long::compare)
                .orElse(null);
    }

    /** Nobody answered: a gap in all lines. */
    synchronized void addGap(long nowMs) {
        if (isTooSoon(nowMs)) {
            return;
        }
        int place = nextPlace(nowMs);
        mirrors.values().forEach(lags -> lags.put(place, null, null));
        links.values().forEach(lags -> lags.put(place, null, null));
    }

    /** Of a mirror that is not known, empty. */
    synchronized Series ofMirror(String topic) {
        return series(mirrors.get(topic));
    }

    /** Of a link that is not known or has no mirrors that follow, empty. */
    synchronized Series ofLink(String link) {
        return series(links.get(link));
    }

    private Series series(@Nullable Lags lags) {
        if (lags == null) {
            return new Series(List.of(), List.of(), List.of());
        }
        List<Double> times = new ArrayList<>();
        List<@Nullable Long> records = new ArrayList<>();
        List<@Nullable Long> ms = new ArrayList<>();
        for (int point = Math.max(0, points - POINTS); point < points; point++) {
            int place = place(point);
            times.add(timesMs[place] / 1000.0);
            records.add(known(lags.records[place]));
            ms.add(known(lags.ms[place]));
        }
        return new Series(times, records, ms);
    }

    private static @Nullable Long known(long value) {
        return value == UNKNOWN ? null : value;
    }

    private static int place(int point) {
        return point % POINTS;
    }
}
