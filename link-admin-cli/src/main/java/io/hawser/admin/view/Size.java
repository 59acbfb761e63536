/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/**
 * An amount of data: exact for scripts, {@code 512 B}, {@code 51 kB}, {@code 1.2 GB} for people. Immutable.
 *
 * @param bytes 0 or more
 */
public record Size(@JsonValue long bytes) {

    private static final int STEP = 1_000;
    private static final int TWO_DIGITS = 10;
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB", "EB");

    @Override
    public String toString() {
        double amount = bytes;
        int unit = 0;
        while (amount >= STEP) {
            amount /= STEP;
            unit++;
        }
        String format = unit == 0 || amount >= TWO_DIGITS ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, format, amount, UNITS.get(unit));
    }
}
