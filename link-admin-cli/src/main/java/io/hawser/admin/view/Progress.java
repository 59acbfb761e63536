/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import java.util.List;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * How long work goes on, on standard error: on a terminal a bar, and below it a line for each of the topics that come next;
 * nothing elsewhere. Confined to the command's thread; it is redrawn by a thread of its own until {@link #close()}.
 */
public final class Progress implements AutoCloseable {

    /** For work that nobody watches. */
    public static final Progress NONE = new Progress(null, List.of());

    private static final int UPDATE_MS = 250;
    private static final int MAX_LINES = 10;

    private final @Nullable ProgressBar bar;
    private final List<ProgressBar> lines;

    private Progress(@Nullable ProgressBar bar, List<ProgressBar> lines) {
        this.bar = bar;
        this.lines = lines;
    }

    /**
     * @param task what is being done, such as {@code promoting}
     * @param total how many steps there are
     * @param topics how many topics there are to tell of
     */
    public static Progress of(String task, int total, int topics) {
        if (!Ansi.AUTO.enabled() || total == 0) {
            return NONE;
        }
        ProgressBar bar =
                builder().setTaskName(task).setInitialMax(total).hideEta().build();
        int room = canMoveCursor() ? Math.min(topics, MAX_LINES) : 0;
        return new Progress(bar, Stream.generate(Progress::line).limit(room).toList());
    }

    /** A terminal that cannot has one line alone. */
    private static boolean canMoveCursor() {
        String terminal = System.getenv("TERM");
        return terminal != null && !terminal.equals("dumb");
    }

    private static ProgressBarBuilder builder() {
        return new ProgressBarBuilder()
                .setUpdateIntervalMillis(UPDATE_MS)
                .continuousUpdate()
                .clearDisplayOnFinish();
    }

    private static ProgressBar line() {
        return builder()
                .setInitialMax(1)
                .setRenderer((state, width) -> (state.getExtraMessage() + " ".repeat(width)).substring(0, width))
                .build();
    }

    /**
     * @param detail what is left, for people; may be empty
     * @param topics a line for each topic that is left, the next one first; only as many are taken as there is room for
     */
    public void show(long done, String detail, Stream<String> topics) {
        if (bar == null) {
            return;
        }
        bar.stepTo(done);
        bar.setExtraMessage(detail);
        List<String> shown = topics.limit(lines.size()).toList();
        for (int row = 0; row < lines.size(); row++) {
            lines.get(row).setExtraMessage(row < shown.size() ? shown.get(row) : "");
        }
    }

    @Override
    public void close() {
        if (bar == null) {
            return;
        }
        lines.forEach(ProgressBar::close);
        bar.close();
        if (canMoveCursor()) {
            // What was drawn is cleared, and what the command says next begins where it stood.
            System.err.printf("\u001b[%dA", lines.size() + 1);
        }
    }
}
