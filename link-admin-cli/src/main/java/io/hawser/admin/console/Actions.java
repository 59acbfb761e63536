/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.console;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs verbs of {@code link-admin}, a few at a time, and keeps what came of the last ones. What runs goes on when the page is
 * closed. Thread-safe.
 */
final class Actions implements AutoCloseable {

    private static final int AT_A_TIME = 4;
    private static final int KEPT = 50;
    /** What Kafka allows in names of topics. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    private final String cluster;
    private final Function<List<String>, ConsoleServer.Ran> runner;
    private final ExecutorService threads = new ThreadPoolExecutor(
            0, AT_A_TIME, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), Executors.defaultThreadFactory());
    private final Map<String, Action> actions = new LinkedHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /**
     * @param cluster where the verbs go to
     * @param runner runs a verb to its end
     */
    Actions(String cluster, Function<List<String>, ConsoleServer.Ran> runner) {
        this.cluster = cluster;
        this.runner = runner;
    }

    /** The verbs that the page has. */
    enum Verb {
        PAUSE(false),
        RESUME(false),
        PROMOTE(true),
        FAILOVER(true),
        REVERSE(true);

        /** Whether it is not taken back by another verb, so that a name has to be typed. */
        private final boolean typed;

        Verb(boolean typed) {
            this.typed = typed;
        }
    }

    /**
     * What the page asks for.
     *
     * @param mirrorTopics empty for all of the link
     * @param link empty if topics are named; of {@code reverse} always the link to the other cluster
     * @param confirmation what was typed
     */
    record Request(
            Verb verb, List<String> mirrorTopics, String link, boolean planned, boolean dryRun, String confirmation) {

        Request {
            mirrorTopics = mirrorTopics == null ? List.of() : List.copyOf(mirrorTopics);
            link = link == null ? "" : link;
            confirmation = confirmation == null ? "" : confirmation;
        }

        /** What has to be typed before it is done. */
        String word() {
            return switch (mirrorTopics.size()) {
                case 0 -> link;
                case 1 -> mirrorTopics.get(0);
                default -> mirrorTopics.size() + " topics";
            };
        }

        /** @throws IllegalArgumentException with one line, if it cannot be meant */
        List<String> arguments() {
            if (verb == null) {
                throw new IllegalArgumentException("Say which verb");
            }
            if (mirrorTopics.isEmpty() && link.isEmpty()) {
                throw new IllegalArgumentException("Say which: mirror topics or a link");
            }
            List<String> names = new ArrayList<>(mirrorTopics);
            if (!link.isEmpty()) {
                names.add(link);
            }
            names.stream()
                    .filter(name -> !NAME.matcher(name).matches())
                    .findFirst()
                    .ifPresent(name -> {
                        throw new IllegalArgumentException("'" + name + "' is no name of a topic or link");
                    });
            if (verb == Verb.REVERSE && link.isEmpty()) {
                throw new IllegalArgumentException("Say over which link");
            }
            if (!dryRun && verb.typed && !confirmation.equals(word())) {
                throw new IllegalArgumentException("Type '" + word() + "' to go on");
            }
            List<String> arguments = new ArrayList<>(List.of(verb.name().toLowerCase(Locale.ROOT)));
            if (!mirrorTopics.isEmpty()) {
                arguments.add("--mirror-topic=" + String.join(",", mirrorTopics));
            }
            if (!link.isEmpty()) {
                arguments.add("--link=" + link);
            }
            if (verb == Verb.REVERSE && planned) {
                arguments.add("--planned");
            }
            if (dryRun) {
                arguments.add("--dry-run");
            } else if (verb.typed) {
                arguments.add("--wait");
            }
            return arguments;
        }
    }

    /**
     * One run, as the page sees it.
     *
     * @param command what does the same in a shell
     * @param exitCode null while it runs
     * @param rows its answer; null while it runs, or if there is none
     */
    record Action(
            String id,
            String command,
            @Nullable Integer exitCode,
            @JsonRawValue @Nullable String rows,
            @Nullable String told) {}

    /**
     * Begins to run it.
     *
     * @throws IllegalArgumentException with one line, if it cannot be meant
     * @throws RejectedExecutionException with one line, if too much runs already
     */
    Action start(Request request) {
        List<String> arguments = request.arguments();
        String id = String.valueOf(numbers.incrementAndGet());
        Action started = new Action(
                id, "link-admin " + String.join(" ", arguments) + " --bootstrap-server " + cluster, null, null, null);
        keep(started);
        try {
            threads.execute(() -> keep(ended(started, arguments)));
        } catch (RejectedExecutionException e) {
            forget(id);
            throw new RejectedExecutionException(AT_A_TIME + " commands run already; wait for one of them to end", e);
        }
        return started;
    }

    synchronized Optional<Action> action(String id) {
        return Optional.ofNullable(actions.get(id));
    }

    /** What runs is not ended by this: the brokers do it, and the process may end. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private Action ended(Action started, List<String> arguments) {
        try {
            ConsoleServer.Ran ran = runner.apply(arguments);
            String json = ran.json().strip();
            return new Action(
                    started.id(), started.command(), ran.exitCode(), json.isEmpty() ? null : json, ran.told());
        } catch (RuntimeException e) {
            return new Action(started.id(), started.command(), 1, null, String.valueOf(e.getMessage()));
        }
    }

    private synchronized void keep(Action action) {
        actions.put(action.id(), action);
        if (actions.size() > KEPT) {
            actions.values().stream()
                    .filter(each -> each.exitCode() != null)
                    .findFirst()
                    .ifPresent(each -> actions.remove(each.id()));
        }
    }

    private synchronized void forget(String id) {
        actions.remove(id);
    }
}
