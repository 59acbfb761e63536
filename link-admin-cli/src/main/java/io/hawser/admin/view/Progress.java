/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * How long work goes on, on standard error: a bar on a terminal, nothing elsewhere. Confined to the command's thread; the bar
 * redraws itself by a thread of its own until {@link #close()}.
 */
public final class Progress implements AutoCloseable {

    /** For work that nobody watches. */
    public static final Progress NONE = new Progress(null);

    private static final int UPDATE_MS = 250;

    private final @Nullable ProgressBar bar;

    private Progress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * @param task what is being done, such as {@code promoting}
     * @param total how many steps there are
     */
    public static Progress of(String task, int total) {
        if (!Ansi.AUTO.enabled() || total == 0) {
            return NONE;
        }
        return new Progress(new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setUpdateIntervalMillis(UPDATE_MS)
                .hideEta()
                .clearDisplayOnFinish()
                .build());
    }

    /** @param detail what is left, for people; may be empty */
    public void show(long done, String detail) {
        if (bar != null) {
            bar.stepTo(done);
            bar.setExtraMessage(detail);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
