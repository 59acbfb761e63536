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
import java.util.Arrays;
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
 * <p>Columns are named as in JSON ({@code mirrorTopic}); a table heads them in capitals ({@code MIRROR TOPIC}). On a terminal,
 * and where {@code COLUMNS} says how wide the reader's is, a last column in words is wrapped, or put below its row, so that the
 * table fits; elsewhere a row is a line.
 */
public final class Table {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));

    private static final int UNBOUNDED = Integer.MAX_VALUE;
    private static final int TERMINAL = 100;
    private static final int WIDTH = width(System.getenv("COLUMNS"), Ansi.AUTO.enabled());
    private static final int NARROWEST = 40;
    private static final int PADDING = 2;
    private static final String NOTHING = "-";
    private static final String BELOW = "  ";

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

    /** @param width that the table is to fit in, as far as its last column can be made narrower or put below its row */
    String text(int width) {
        String[][] cells = rows.stream()
                .map(row -> row.values().stream()
                        .map(cell -> cell == null ? NOTHING : cell.toString())
                        .toArray(String[]::new))
                .toArray(String[][]::new);
        int last = columns.size() - 1;
        int others = IntStream.range(0, last)
                .map(column -> widest(column, cells) + PADDING)
                .sum();
        int widest = widest(last, cells);
        if (others + widest <= width || widest <= NARROWEST) {
            return String.join(System.lineSeparator(), lines(cells, columns.size(), widest));
        }
        if (others + NARROWEST <= width) {
            return String.join(System.lineSeparator(), lines(cells, columns.size(), width - others));
        }
        return withLastBelow(cells, width);
    }

    static int width(@Nullable String columns, boolean terminal) {
        if (columns != null && columns.matches("[1-9][0-9]{0,4}")) {
            return Integer.parseInt(columns);
        }
        return terminal ? TERMINAL : UNBOUNDED;
    }

    private String withLastBelow(String[][] cells, int width) {
        int last = columns.size() - 1;
        List<String> lines = lines(cells, last, width);
        List<String> text = new ArrayList<>(lines.subList(0, 1));
        for (int row = 0; row < cells.length; row++) {
            text.add(lines.get(row + 1));
            if (!cells[row][last].equals(NOTHING)) {
                String[][] alone = {{cells[row][last]}};
                draw(List.of(column("", Math.max(NARROWEST, width - BELOW.length()))), alone).stream()
                        .filter(line -> !line.isBlank())
                        .map(line -> BELOW + line)
                        .forEach(text::add);
            }
        }
        return String.join(System.lineSeparator(), text);
    }

    /** The head, and rows of the first columns, a line each but for those whose last cell is wrapped. */
    private List<String> lines(String[][] cells, int shown, int widthOfLast) {
        List<Column> heads = IntStream.range(0, shown)
                .mapToObj(column -> column(
                        heading(columns.get(column)),
                        column == columns.size() - 1 ? widthOfLast : widest(column, cells)))
                .toList();
        return draw(
                heads,
                Arrays.stream(cells).map(row -> Arrays.copyOf(row, shown)).toArray(String[][]::new));
    }

    private int widest(int column, String[][] cells) {
        return Math.max(
                heading(columns.get(column)).length(),
                Arrays.stream(cells).mapToInt(row -> row[column].length()).max().orElse(0));
    }

    private static Column column(String heading, int width) {
        return new Column()
                .header(heading)
                .headerAlign(HorizontalAlign.LEFT)
                .dataAlign(HorizontalAlign.LEFT)
                .maxWidth(width + PADDING);
    }

    private static List<String> draw(List<Column> heads, String[][] cells) {
        return AsciiTable.getTable(AsciiTable.NO_BORDERS, heads.toArray(Column[]::new), cells)
                .lines()
                .map(line -> line.replaceFirst("^ ", "").stripTrailing())
                .toList();
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
