/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All measurements, and what they say: medians, spreads, and how they compare to Hawser's. Confined to one thread. */
final class Report {

    private static final String OURS = "Hawser";
    private static final String[] HEADS = {
        "data", "contender", "MB/s", "min", "max", "Hawser is", "CPU-s/GB", "Hawser needs", "heap MB/GB"
    };

    private final Map<String, Map<String, List<Measurement>>> byData = new LinkedHashMap<>();

    void add(DataSet data, Contender contender, Measurement measurement) {
        byData.computeIfAbsent(data.toString(), name -> new TreeMap<>())
                .computeIfAbsent(contender.name(), name -> new ArrayList<>())
                .add(measurement);
    }

    /**
     * One row of the table.
     *
     * @param hawserSpeed how many times as fast Hawser is; null where Hawser did not run
     * @param hawserCpu what share of the CPU Hawser needs; null where Hawser did not run
     */
    record Row(
            String data,
            String contender,
            int rounds,
            double megabytesPerSecond,
            double slowest,
            double fastest,
            @Nullable Double hawserSpeed,
            double cpuSecondsPerGigabyte,
            @Nullable Double hawserCpu,
            @Nullable Double allocatedMegabytesPerGigabyte) {}

    String table() {
        List<Column> columns = new ArrayList<>();
        for (String head : HEADS) {
            columns.add(new Column()
                    .header(head)
                    .headerAlign(HorizontalAlign.LEFT)
                    .dataAlign(columns.size() < 2 ? HorizontalAlign.LEFT : HorizontalAlign.RIGHT)
                    .maxWidth(60));
        }
        Object[][] cells = rows().stream().map(Report::cells).toArray(Object[][]::new);
        return AsciiTable.getTable(AsciiTable.NO_BORDERS, columns.toArray(Column[]::new), cells);
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        byData.forEach((data, byContender) -> {
            List<Measurement> ours = byContender.getOrDefault(OURS, List.of());
            byContender.forEach((contender, all) -> rows.add(row(data, contender, all, ours)));
        });
        return rows;
    }

    private static Row row(String data, String contender, List<Measurement> all, List<Measurement> ours) {
        double speed = median(all, Measurement::megabytesPerSecond);
        double cpu = median(all, Measurement::cpuSecondsPerGigabyte);
        double allocated = median(all, Measurement::allocatedMegabytesPerGigabyte);
        return new Row(
                data,
                contender,
                all.size(),
                speed,
                all.stream().mapToDouble(Measurement::megabytesPerSecond).min().orElseThrow(),
                all.stream().mapToDouble(Measurement::megabytesPerSecond).max().orElseThrow(),
                ours.isEmpty() ? null : median(ours, Measurement::megabytesPerSecond) / speed,
                cpu,
                ours.isEmpty() ? null : median(ours, Measurement::cpuSecondsPerGigabyte) / cpu,
                allocated < 0 ? null : allocated);
    }

    private static double median(List<Measurement> all, ToDoubleFunction<Measurement> figure) {
        double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static Object[] cells(Row row) {
        return new Object[] {
            row.data(),
            row.contender(),
            number("%.0f", row.megabytesPerSecond()),
            number("%.0f", row.slowest()),
            number("%.0f", row.fastest()),
            number("%.2f x as fast", row.hawserSpeed()),
            number("%.2f", row.cpuSecondsPerGigabyte()),
            number("%.2f x the CPU", row.hawserCpu()),
            number("%.0f", row.allocatedMegabytesPerGigabyte())
        };
    }

    private static String number(String format, @Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }
}
