/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * Rows with named columns, for people or for scripts. Confined to one thread.
 *
 * <p>Columns are named as in JSON ({@code mirrorTopic}); a table heads them in capitals ({@code MIRROR TOPIC}). On a terminal the last column is
 * wrapped so that the table fits; elsewhere a row is a line.
 */
public final class Table {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));

    private static final int UNBOUNDED = Integer.MAX_VALUE;
    private static final int WIDTH = Ansi.AUTO.enabled() ? 100 : UNBOUNDED;
    private static final int NARROWEST = 40;
    private static final int PADDING = 2;

    private final List<String> columns;
    private final List<Map<String, @Nullable Object>> rows = new ArrayList<>();

    public Table(String... columns) {
        this.columns = List.of(columns);
    }

    /** @param cells one for each column, in their order */
    public Table row(@Nullable Object... cells) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            row.put(columns.get(i), cells[i]);
        }
        rows.add(row);
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public String text() {
        return text(WIDTH);
    }

    /** @param width that the table is to fit in, as far as its last column can be made narrower */
    String text(int width) {
        String[][] cells = rows.stream()
                .map(row -> row.values().stream()
                        .map(cell -> cell == null ? "-" : cell.toString())
                        .toArray(String[]::new))
                .toArray(String[][]::new);
        int[] widths = new int[columns.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = heading(columns.get(column)).length();
            for (String[] row : cells) {
                widths[column] = Math.max(widths[column], row[column].length());
            }
        }
        int last = widths.length - 1;
        int room = width
                - IntStream.range(0, last)
                        .map(column -> widths[column] + PADDING)
                        .sum();
        widths[last] = Math.min(widths[last], Math.max(NARROWEST, room));
        List<Column> heads = IntStream.range(0, widths.length)
                .mapToObj(column -> new Column()
                        .header(heading(columns.get(column)))
                        .headerAlign(HorizontalAlign.LEFT)
                        .dataAlign(HorizontalAlign.LEFT)
                        .maxWidth(widths[column] + PADDING))
                .toList();
        return AsciiTable.getTable(AsciiTable.NO_BORDERS, heads.toArray(Column[]::new), cells)
                .lines()
                .map(line -> line.replaceFirst("^ ", "").stripTrailing())
                .reduce((above, below) -> above + System.lineSeparator() + below)
                .orElse("");
    }

    public String json() {
        return json(rows);
    }

    public String yaml() {
        return yaml(rows);
    }

    /** Any value as JSON. */
    public static String json(Object value) {
        return write(JSON, value);
    }

    /** Any value as YAML. */
    public static String yaml(Object value) {
        return write(YAML, value).stripTrailing();
    }

    private static String heading(String column) {
        return column.replaceAll("([A-Z])", " $1").toUpperCase(Locale.ROOT);
    }

    private static String write(ObjectMapper mapper, Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A view must always be writable", e);
        }
    }
}
