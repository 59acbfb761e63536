/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.LinkHalf;
import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.status.AclStatus;
import io.hawser.status.DefinitionsStatus;
import io.hawser.status.GroupStatus;
import io.hawser.status.LagReport;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorStatus;
import io.hawser.status.ReverseStatus;
import io.hawser.status.StateKey;
import io.hawser.status.TaskStatus;
import io.hawser.status.VerificationStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what must be done once per cluster, for as long as this broker leads the state topic.
 *
 * <p>Thread-safe: a thread of its own does the work; {@link #wake} makes it look again.
 *
 * <p>Failure semantics: a step that fails is logged and tried again; another broker that takes over goes on from what stands in
 * the state topic and the metadata log.
 */
public final class Coordinator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final long TICK_MS = 1_000;
    private static final long UP_TO_DATE_LIMIT_MS = 20_000;
    private static final long CLOSE_LIMIT_MS = 5_000;

    private final CoordinatorContext context;
    private final Supplier<List<LinkTask>> tasks;
    private final StatusBook book;
    private final MirrorStops stops;
    private final MirrorTransitions transitions;
    private final SourceHalves sourceHalves;
    private final ControllerGuards guards;
    private final Map<String, LinkTasks> links = new HashMap<>();
    private final BlockingQueue<Boolean> woken = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private volatile boolean running = true;

    /** @param tasks makes what one link does besides its data */
    public Coordinator(CoordinatorContext context, Supplier<List<LinkTask>> tasks) {
        this.context = context;
        this.tasks = tasks;
        this.book = new StatusBook(context.state(), context.epoch());
        this.stops = new MirrorStops(context, book);
        this.transitions = new MirrorTransitions(context, book, stops);
        this.sourceHalves = new SourceHalves(context, book);
        this.guards = new ControllerGuards(context, book);
        this.thread = new Thread(this::run, "hawser-coordinator");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** The leader epoch of the state topic under which this broker coordinates. */
    public int epoch() {
        return context.epoch();
    }

    /** Something may have changed. Never blocks. */
    public void wake() {
        woken.offer(true);
    }

    /** Ends the coordinator's threads without waiting long. Idempotent. */
    @Override
    public void close() {
        running = false;
        thread.interrupt();
        try {
            thread.join(CLOSE_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        LOG.info("Broker {} coordinates the links now", context.nodeId());
        try {
            // From this record on, what an earlier coordinator still writes does not count. It claims to have
            // taken up nothing yet, so nobody builds a change on reports that are not up to date.
            context.state()
                    .write(StateKey.DEFINITIONS, new DefinitionsStatus(0, context.nodeId()), context.epoch())
                    .toCompletableFuture()
                    .get(UP_TO_DATE_LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return;
        } catch (Exception e) {
            LOG.warn(
                    "The state topic does not take that this broker coordinates the links; going on: {}", e.toString());
        }
        while (running && !isUpToDate()) {
            pause();
        }
        guards.start();
        while (running) {
            try {
                step();
                woken.poll(TICK_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException | VirtualMachineError | LinkageError e) {
                LOG.warn("A step of the coordinator failed and is tried again: {}", e.toString());
                pause();
            }
        }
        guards.close();
        links.values().forEach(LinkTasks::close);
        transitions.close();
        LOG.info("Broker {} does not coordinate the links any more", context.nodeId());
    }

    /** Before that nothing is decided: what was not read yet may be a topic's last mirrored offsets. */
    private boolean isUpToDate() {
        try {
            context.state().upToDate().toCompletableFuture().get(UP_TO_DATE_LIMIT_MS, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            running = false;
        } catch (Exception e) {
            LOG.warn("The state topic could not be read up to its end; the links wait for that: {}", e.toString());
        }
        return false;
    }

    private void step() {
        Definitions definitions = context.definitions().get();
        book.restore();
        supervise(definitions);
        forgetRemoved(definitions);
        transitions.takeUp(definitions);
        book.change(StateKey.DEFINITIONS, known -> new DefinitionsStatus(definitions.generation(), context.nodeId()));
        transitions.advance(definitions);
        links.values().forEach(LinkTasks::wake);
    }

    /** Each link has a thread for its questions to the source; a changed link gets a new one. */
    private void supervise(Definitions definitions) {
        links.entrySet().removeIf(entry -> {
            LinkTasks known = entry.getValue();
            boolean current = known.definition().equals(definitions.links().get(entry.getKey()));
            if (!current) {
                known.close();
            }
            return !current;
        });
        for (LinkDefinition link : definitions.links().values()) {
            if (LinkHalf.of(link.configs()) == LinkHalf.SOURCE) {
                sourceHalves.report(link);
                continue;
            }
            links.computeIfAbsent(link.name(), name -> {
                LinkTasks started = new LinkTasks(link, context, book, stops, tasks.get());
                started.start();
                return started;
            });
        }
    }

    private void forgetRemoved(Definitions definitions) {
        forgetLinks(definitions, LinkStatus.class, LinkStatus::link, link -> StateKey.link(link.link()));
        forgetLinks(definitions, LagReport.class, LagReport::link, lag -> StateKey.lag(lag.link(), lag.broker()));
        forgetLinks(
                definitions,
                ReverseStatus.class,
                ReverseStatus::link,
                report -> StateKey.reverse(report.link(), report.broker()));
        forgetLinks(definitions, TaskStatus.class, TaskStatus::link, task -> StateKey.task(task.link(), task.task()));
        forgetLinks(
                definitions,
                GroupStatus.class,
                GroupStatus::link,
                group -> StateKey.group(group.link(), group.group()));
        forgetLinks(definitions, AclStatus.class, AclStatus::link, acls -> StateKey.acls(acls.link(), acls.resource()));
        for (VerificationStatus found : context.state().snapshot().all(VerificationStatus.class)) {
            if (!definitions.mirrors().containsKey(found.topic())) {
                book.delete(StateKey.verification(found.topic(), found.partition()));
            }
        }
        for (MirrorStatus mirror : context.state().snapshot().all(MirrorStatus.class)) {
            if (!definitions.mirrors().containsKey(mirror.topic())) {
                book.delete(StateKey.mirror(mirror.topic()));
                partitionKeys(mirror).forEach(book::delete);
            }
        }
    }

    private <V> void forgetLinks(
            Definitions definitions, Class<V> type, Function<V, String> link, Function<V, StateKey<?>> key) {
        for (V status : context.state().snapshot().all(type)) {
            if (!definitions.links().containsKey(link.apply(status))) {
                book.delete(key.apply(status));
            }
        }
    }

    private static List<? extends StateKey<?>> partitionKeys(MirrorStatus mirror) {
        return IntStream.range(0, mirror.partitions())
                .mapToObj(number -> StateKey.partition(mirror.topic(), number))
                .toList();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(TICK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
