/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.MirrorView;
import io.hawser.admin.view.Table;
import io.hawser.status.StateSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page on 127.0.0.1, by the JDK's own server.
 *
 * <p>{@link #watch} is for the command's thread, which looks at the brokers; requests are answered by threads of the server from
 * what was seen last, so that none of them waits for a broker.
 */
public final class ConsoleServer implements AutoCloseable {

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final Duration STEP = Duration.ofSeconds(2);
    private static final int THREADS = 4;
    private static final int LARGEST_REQUEST = 1 << 20;
    private static final ObjectMapper READER = new ObjectMapper();

    /** All that there is to be had beside figures, and where it lies. */
    private static final Map<String, Asset> ASSETS = Map.of(
            "/", new Asset("index.html", "text/html"),
            "/console.js", new Asset("console.js", "text/javascript"),
            "/console.css", new Asset("console.css", "text/css"),
            "/icon.svg", new Asset("icon.svg", "image/svg+xml"),
            "/uplot.js", new Asset("/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.esm.js", "text/javascript"),
            "/uplot.css", new Asset("/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.min.css", "text/css"));

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Gate gate;
    private final Actions actions;
    private final LagHistory history = new LagHistory();
    private volatile Picture picture;

    static {
        // Who connects and sends nothing does not keep a thread; in seconds.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
    }

    private record Asset(String resource, String type) {}

    /** An answer: JSON, or one line. */
    private record Answer(int status, Object body) {}

    /**
     * How one run of a verb ended.
     *
     * @param json its answer, or nothing
     * @param told what it said beside that
     */
    public record Ran(int exitCode, String json, String told) {}

    private ConsoleServer(HttpServer server, String cluster, Function<List<String>, Ran> runner) {
        this.server = server;
        this.gate = new Gate(server.getAddress().getPort());
        this.picture = Picture.unseen(cluster);
        this.actions = new Actions(cluster, runner);
    }

    /**
     * Begins to serve.
     *
     * @param port 0 for any that is free
     * @param cluster what the page calls the cluster
     * @param runner runs a verb of {@code link-admin} with these arguments to its end, and prints JSON
     * @throws CommandFailure if the port is taken
     */
    public static ConsoleServer start(int port, String cluster, Function<List<String>, Ran> runner) {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 0);
            ConsoleServer console = new ConsoleServer(http, cluster, runner);
            console.route("/", console::asset);
            console.route("/api/state", exchange -> console.answer(exchange, () -> new Answer(200, console.picture)));
            console.route("/api/mirror/", exchange -> console.answer(exchange, () -> console.mirror(exchange)));
            console.route("/api/link/", exchange -> console.answer(exchange, () -> console.link(exchange)));
            console.route("/api/actions", exchange -> console.answer(exchange, () -> console.begin(exchange)));
            console.route("/api/actions/", exchange -> console.answer(exchange, () -> console.action(exchange)));
            http.setExecutor(console.threads);
            http.start();
            return console;
        } catch (BindException e) {
            throw CommandFailure.failed(
                    "Port " + port + " is taken: give another with --port, or 0 for any that is free");
        } catch (IOException e) {
            throw CommandFailure.failed("The page cannot be served on port " + port + ": " + e.getMessage());
        }
    }

    /** What to open in a browser. */
    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/?" + gate.query();
    }

    /**
     * Looks at the brokers again and again, until the thread is interrupted. Brokers that do not answer end nothing: the page says
     * since when, and shows what was known.
     */
    public void watch(Supplier<StateSnapshot> brokers) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look(brokers, System.currentTimeMillis());
                TimeUnit.MILLISECONDS.sleep(STEP.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Supplier<StateSnapshot> brokers, long nowMs) {
        try {
            Picture seen = Picture.of(picture.cluster(), brokers.get(), nowMs);
            history.add(nowMs, seen.mirrorViews());
            picture = seen;
        } catch (KafkaException | CommandFailure e) {
            history.addGap(nowMs);
            picture = picture.failing(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        actions.close();
    }

    private void route(String path, HttpHandler handler) {
        HttpContext context = server.createContext(path, handler);
        context.getFilters().add(gate);
    }

    private Answer mirror(HttpExchange exchange) {
        String topic = last(exchange);
        Optional<MirrorView> view = picture.mirrorViews().stream()
                .filter(each -> each.mirrorTopic().equals(topic))
                .findFirst();
        return view.map(known -> new Answer(200, Map.of("mirror", known, "history", history.ofMirror(topic))))
                .orElseGet(() -> new Answer(404, "There is no mirror topic " + topic));
    }

    private Answer link(HttpExchange exchange) {
        return new Answer(200, Map.of("history", history.ofLink(last(exchange))));
    }

    private Answer begin(HttpExchange exchange) {
        if (!exchange.getRequestMethod().equals("POST")) {
            return new Answer(405, "Actions are begun by POST");
        }
        try {
            byte[] body = exchange.getRequestBody().readNBytes(LARGEST_REQUEST);
            return new Answer(202, actions.start(READER.readValue(body, Actions.Request.class)));
        } catch (IllegalArgumentException e) {
            return new Answer(400, String.valueOf(e.getMessage()));
        } catch (JsonProcessingException e) {
            return new Answer(400, "This is not an action: " + e.getOriginalMessage());
        } catch (RejectedExecutionException e) {
            return new Answer(429, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Answer(400, "The request ended early");
        }
    }

    private Answer action(HttpExchange exchange) {
        String id = last(exchange);
        return actions.action(id)
                .map(action -> new Answer(200, action))
                .orElseGet(() -> new Answer(404, "There is no action " + id + " any more"));
    }

    private static String last(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private void answer(HttpExchange exchange, Supplier<Answer> question) throws IOException {
        Answer answer = question.get();
        boolean line = answer.body() instanceof String;
        send(
                exchange,
                answer.status(),
                line ? "text/plain" : "application/json",
                (line ? answer.body().toString() : Table.json(answer.body())).getBytes(StandardCharsets.UTF_8));
    }

    private void asset(HttpExchange exchange) throws IOException {
        @Nullable Asset asset = ASSETS.get(exchange.getRequestURI().getPath());
        if (asset == null) {
            send(exchange, 404, "text/plain", "There is no such page".getBytes(StandardCharsets.UTF_8));
            return;
        }
        try (InputStream in = ConsoleServer.class.getResourceAsStream(asset.resource())) {
            if (in == null) {
                throw new IllegalStateException(asset.resource() + " is missing from the jar");
            }
            send(exchange, 200, asset.type(), in.readAllBytes());
        }
    }

    /** Answers, and ends the exchange. */
    static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
