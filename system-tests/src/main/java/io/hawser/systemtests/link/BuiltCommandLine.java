/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.link;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The jars of the built {@code link-admin}, loaded into this JVM apart from all else, so that a run costs no start of a JVM.
 *
 * <p>Thread-safe; runs may go on at the same time.
 */
final class BuiltCommandLine {

    private final Path launcher;
    private @Nullable ClassLoader loader;

    /** @param launcher {@code bin/link-admin}, beside whose folder {@code lib} lies */
    BuiltCommandLine(Path launcher) {
        this.launcher = launcher;
    }

    LinkAdmin.Run run(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader());
        try {
            Object line = loader().loadClass("io.hawser.admin.LinkAdmin")
                    .getMethod("commandLine")
                    .invoke(null);
            Class<?> type = line.getClass();
            type.getMethod("setOut", PrintWriter.class).invoke(line, new PrintWriter(out, true));
            type.getMethod("setErr", PrintWriter.class).invoke(line, new PrintWriter(err, true));
            Object exitCode =
                    type.getMethod("execute", String[].class).invoke(line, (Object) arguments.toArray(String[]::new));
            return new LinkAdmin.Run((Integer) exitCode, out.toString(), err.toString());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot run " + launcher + " within this JVM", e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private synchronized ClassLoader loader() {
        if (loader == null) {
            loader = new URLClassLoader("link-admin", jars(), ClassLoader.getPlatformClassLoader());
        }
        return loader;
    }

    private URL[] jars() {
        try (Stream<Path> files = Files.list(launcher.resolveSibling("..").resolve("lib"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .map(BuiltCommandLine::url)
                    .toArray(URL[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
