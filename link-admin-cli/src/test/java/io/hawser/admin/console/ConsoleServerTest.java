/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.admin.CommandFailure;
import io.hawser.status.StateSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleServerTest {

    private final List<List<String>> runs = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final ConsoleServer console = ConsoleServer.start(0, "dr-1:9092", this::run);
    private final URI address = URI.create(console.address());
    private final String host = "127.0.0.1:" + address.getPort();
    private final String cookie = "hawser-console=" + address.getQuery().substring("key=".length());

    @AfterEach
    void close() {
        mayEnd.countDown();
        console.close();
    }

    @Test
    void letsInWhoHasTheAddress() throws IOException {
        String opened = send("GET /?" + address.getQuery() + " HTTP/1.1", "Host: " + host);

        assertThat(opened)
                .startsWith("HTTP/1.1 303")
                .contains("Location: /", "Set-cookie: " + cookie + "; HttpOnly; SameSite=Strict");
        assertThat(get("/")).startsWith("HTTP/1.1 200").contains("Content-security-policy: default-src 'none'", "<h1>");
        assertThat(get("/console.js")).startsWith("HTTP/1.1 200").contains("text/javascript");
        assertThat(get("/console.css")).startsWith("HTTP/1.1 200").contains("text/css");
        assertThat(get("/uplot.js")).startsWith("HTTP/1.1 200");
        assertThat(get("/uplot.css")).startsWith("HTTP/1.1 200");
        assertThat(get("/icon.svg")).startsWith("HTTP/1.1 200");
        assertThat(get("/link-admin.properties")).startsWith("HTTP/1.1 404");
    }

    @Test
    void refusesWhoHasNoKey() throws IOException {
        assertThat(send("GET /api/state HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 403");
        assertThat(send("GET /api/state HTTP/1.1", "Host: " + host, "Cookie: hawser-console=guess"))
                .startsWith("HTTP/1.1 403");
        assertThat(send("GET /?key=guess HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 403");
    }

    /** A name of another site that was made to lead to this machine. */
    @Test
    void refusesAnotherNameForThisMachine() throws IOException {
        assertThat(send("GET /api/state HTTP/1.1", "Host: evil.example:" + address.getPort(), "Cookie: " + cookie))
                .startsWith("HTTP/1.1 421");
    }

    @Test
    void refusesActionsOfOtherSites() throws IOException {
        String body = "{\"verb\":\"PAUSE\",\"link\":\"east\",\"dryRun\":false}";
        String json = "Content-Type: application/json";
        String own = "Origin: http://" + host;

        assertThat(post(body, json)).startsWith("HTTP/1.1 403");
        assertThat(post(body, json, "Origin: http://evil.example")).startsWith("HTTP/1.1 403");
        assertThat(post(body, "Content-Type: text/plain", own)).startsWith("HTTP/1.1 403");
        assertThat(runs).isEmpty();

        assertThat(post(body, json, own)).startsWith("HTTP/1.1 202");
        Awaitility.await().until(() -> runs.equals(List.of(List.of("pause", "--link=east"))));
    }

    @Test
    void asksForTheNameBeforeWhatIsNotTakenBack() throws IOException {
        String failover =
                "{\"verb\":\"FAILOVER\",\"mirrorTopics\":[\"orders\"],\"dryRun\":false,\"confirmation\":\"%s\"}";

        assertThat(act(failover.formatted("order"))).startsWith("HTTP/1.1 400").contains("Type 'orders' to go on");
        assertThat(runs).isEmpty();

        assertThat(act(failover.formatted("orders")))
                .startsWith("HTTP/1.1 202")
                .contains("link-admin failover --mirror-topic=orders --wait --bootstrap-server dr-1:9092");
    }

    @Test
    void reversesOverALink() throws IOException {
        assertThat(act(
                        "{\"verb\":\"REVERSE\",\"mirrorTopics\":[\"orders\",\"payments\"],\"link\":\"west\",\"planned\":true,"
                                + "\"dryRun\":false,\"confirmation\":\"2 topics\"}"))
                .startsWith("HTTP/1.1 202")
                .contains("link-admin reverse --mirror-topic=orders,payments --link=west --planned --wait");
    }

    @Test
    void refusesWhatIsNoNameAndNoAction() throws IOException {
        assertThat(act("{\"verb\":\"PAUSE\",\"mirrorTopics\":[\"a b\"]}")).contains("'a b' is no name");
        assertThat(act("{\"verb\":\"DELETE\",\"mirrorTopics\":[\"orders\"]}")).startsWith("HTTP/1.1 400");
        assertThat(act("{\"verb\":\"PAUSE\"}")).startsWith("HTTP/1.1 400").contains("Say which");
        assertThat(act("{\"verb\":\"REVERSE\",\"mirrorTopics\":[\"orders\"],\"dryRun\":true}"))
                .contains("Say over which link");
        assertThat(act("no json")).startsWith("HTTP/1.1 400");
        assertThat(runs).isEmpty();
    }

    @Test
    void runsAFewActionsAtATime() throws IOException {
        String look = "{\"verb\":\"PROMOTE\",\"link\":\"%s\",\"dryRun\":true}";
        for (String link : List.of("a", "b", "c", "d")) {
            assertThat(act(look.formatted(link))).startsWith("HTTP/1.1 202");
        }

        assertThat(act(look.formatted("e"))).startsWith("HTTP/1.1 429").contains("wait for one of them");

        mayEnd.countDown();
        Awaitility.await()
                .untilAsserted(() -> assertThat(get("/api/actions/1")).contains("\"exitCode\" : 0", "\"rows\" : ["));
        Awaitility.await()
                .untilAsserted(() -> assertThat(act(look.formatted("e"))).startsWith("HTTP/1.1 202"));
        assertThat(get("/api/actions/999")).startsWith("HTTP/1.1 404");
    }

    @Test
    void saysSinceWhenTheBrokersDoNotAnswer() throws Exception {
        List<StateSnapshot> answers = new ArrayList<>(List.of(new StateSnapshot()));
        Thread watcher = new Thread(() -> console.watch(() -> {
            if (answers.isEmpty()) {
                throw CommandFailure.failed("No broker answers at dr-1:9092");
            }
            return answers.remove(0);
        }));
        watcher.start();

        Awaitility.await()
                .untilAsserted(() -> assertThat(get("/api/state"))
                        .contains("\"problem\" : \"No broker answers at dr-1:9092\"")
                        .containsPattern("\"lookedMs\" : [1-9]"));

        watcher.interrupt();
        watcher.join();
    }

    @Test
    void saysThatThePortIsTaken() {
        assertThatThrownBy(() -> ConsoleServer.start(address.getPort(), "dr-1:9092", this::run))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("Port " + address.getPort() + " is taken: give another with --port");
    }

    private ConsoleServer.Ran run(List<String> arguments) {
        runs.add(arguments);
        try {
            if (arguments.contains("--dry-run")) {
                mayEnd.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new ConsoleServer.Ran(0, "[ ]\n", "");
    }

    private String get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1", "Host: " + host, "Cookie: " + cookie);
    }

    private String act(String body) throws IOException {
        return post(body, "Content-Type: application/json", "Origin: http://" + host);
    }

    private String post(String body, String... headers) throws IOException {
        List<String> lines =
                new ArrayList<>(List.of("POST /api/actions HTTP/1.1", "Host: " + host, "Cookie: " + cookie));
        lines.addAll(List.of(headers));
        lines.add("Content-Length: " + body.length());
        return exchange(String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n" + body);
    }

    private String send(String... lines) throws IOException {
        return exchange(String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n");
    }

    /** As it is, with whatever headers: no client in between that knows better. */
    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
