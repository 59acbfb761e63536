/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What most, nearly all, and almost every one of some durations stay below, in milliseconds. Immutable.
 *
 * @param p50 half of them
 * @param p99 99 of 100
 * @param p999 999 of 1,000
 */
public record Percentiles(double p50, double p99, double p999) {

    /** @param micros durations, at least one, in any order; not changed */
    public static Percentiles of(long[] micros) {
        long[] sorted = micros.clone();
        Arrays.sort(sorted);
        return new Percentiles(at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999));
    }

    /** The median of each figure over several rounds. */
    public static Percentiles median(List<Percentiles> rounds) {
        return new Percentiles(
                median(rounds, Percentiles::p50), median(rounds, Percentiles::p99), median(rounds, Percentiles::p999));
    }

    private static double median(List<Percentiles> rounds, ToDoubleFunction<Percentiles> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double at(long[] sorted, double share) {
        return sorted[(int) (sorted.length * share)] / 1e3;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms", p50, p99, p999);
    }
}
