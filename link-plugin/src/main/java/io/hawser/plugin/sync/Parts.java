/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/** Cuts what goes into requests of a bounded size. */
final class Parts {

    private Parts() {}

    /** In order, none of them empty. */
    static <T> List<List<T>> of(Collection<T> all, int most) {
        List<T> list = List.copyOf(all);
        return IntStream.range(0, (list.size() + most - 1) / most)
                .mapToObj(part -> list.subList(part * most, Math.min(list.size(), (part + 1) * most)))
                .toList();
    }
}
