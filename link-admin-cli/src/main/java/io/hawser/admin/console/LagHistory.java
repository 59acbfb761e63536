/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.console;

import io.hawser.admin.view.MirrorView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lags of the last half hour, {@value #POINTS} points of each mirror at most, 6 kB a mirror. A lag that was not known is a gap,
 * never 0. Thread-safe.
 */
final class LagHistory {

    static final int POINTS = 360;
    private static final long STEP_MS = 5_000;
    private static final long UNKNOWN = -1;

    private final long[] timesMs = new long[POINTS];
    private final Map<String, Lags> mirrors = new HashMap<>();
    private int points;

    /** Of one mirror, by the places of the times. */
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
        if (points > 0 && nowMs - timesMs[place(points - 1)] < STEP_MS) {
            return;
        }
        int place = place(points++);
        timesMs[place] = nowMs;
        Set<String> there = views.stream().map(MirrorView::mirrorTopic).collect(Collectors.toSet());
        mirrors.keySet().retainAll(there);
        views.forEach(view -> mirrors.computeIfAbsent(view.mirrorTopic(), topic -> new Lags())
                .put(place, view.maxLagRecords(), view.maxLagMs()));
    }

    /** Nobody answered: a gap in all lines. */
    synchronized void addGap(long nowMs) {
        if (points > 0 && nowMs - timesMs[place(points - 1)] < STEP_MS) {
            return;
        }
        int place = place(points++);
        timesMs[place] = nowMs;
        mirrors.values().forEach(lags -> lags.put(place, null, null));
    }

    /** Of a mirror that is not known, empty. */
    synchronized Series of(String mirrorTopic) {
        Lags lags = mirrors.get(mirrorTopic);
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
