/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders of clusters. */
public final class Folders {

    private Folders() {}

    /** Deletes a folder with all that lies in it; symbolic links are deleted, not followed. */
    public static void deleteRecursively(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** Copies a folder with all that lies in it to where nothing is yet. */
    public static void copyRecursively(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)));
            }
        }
    }

    /** As {@link #deleteRecursively}, and the folder around it too if nothing else lies there. */
    public static void deleteWithEmptyParent(Path folder) throws IOException {
        deleteRecursively(folder);
        Path parent = folder.getParent();
        if (parent != null && Files.exists(parent) && isEmpty(parent)) {
            Files.delete(parent);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.findAny().isEmpty();
        }
    }
}
