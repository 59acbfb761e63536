/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.console;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Lets in only who was given the address, from a page that this server has served itself. Immutable.
 *
 * <p>Other users of this machine do not have the key. Other sites in the same browser have neither the key nor a way to send the
 * cookie (SameSite), and a name that they point to this machine is not among the hosts. What changes something must besides come
 * from this origin, as JSON, which no form can send.
 */
final class Gate extends Filter {

    private static final String COOKIE = "hawser-console";
    private static final int KEY_BYTES = 24;

    private final Set<String> hosts;
    private final String key;

    Gate(int port) {
        this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        this.key = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** What the address has to end with, once. */
    String query() {
        return "key=" + key;
    }

    @Override
    public String description() {
        return "lets in only who was given the address";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        Headers answer = exchange.getResponseHeaders();
        answer.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                        + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        answer.set("X-Content-Type-Options", "nosniff");
        answer.set("Referrer-Policy", "no-referrer");
        answer.set("Cache-Control", "no-store");
        Headers headers = exchange.getRequestHeaders();
        String host = String.valueOf(headers.getFirst("Host"));
        if (!hosts.contains(host)) {
            refuse(exchange, 421, "This is not " + host + ": open the address that 'link-admin console' has printed");
        } else if (isSame(exchange.getRequestURI().getRawQuery(), query())) {
            answer.set("Set-Cookie", COOKIE + "=" + key + "; HttpOnly; SameSite=Strict; Path=/");
            answer.set("Location", "/");
            exchange.sendResponseHeaders(303, -1);
            exchange.close();
        } else if (!hasCookie(headers)) {
            refuse(exchange, 403, "Open the address that 'link-admin console' has printed, with its key");
        } else if (!isAllowed(exchange.getRequestMethod(), headers, host)) {
            refuse(exchange, 403, "Only the page of this server may ask for this");
        } else {
            chain.doFilter(exchange);
        }
    }

    private boolean hasCookie(Headers headers) {
        return headers.getOrDefault("Cookie", List.of()).stream()
                .flatMap(line -> List.of(line.split("; *")).stream())
                .anyMatch(cookie -> isSame(cookie, COOKIE + "=" + key));
    }

    private static boolean isAllowed(String method, Headers headers, String host) {
        return switch (method) {
            case "GET" -> true;
            case "POST" ->
                ("http://" + host).equals(headers.getFirst("Origin"))
                        && "application/json".equals(headers.getFirst("Content-Type"));
            default -> false;
        };
    }

    private static boolean isSame(String given, String expected) {
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }

    private static void refuse(HttpExchange exchange, int status, String line) throws IOException {
        ConsoleServer.send(exchange, status, "text/plain", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
