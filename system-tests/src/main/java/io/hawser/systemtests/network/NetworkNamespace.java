/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A network of its own within this machine's kernel, with one address that the tests reach, and a filter of what may come in from
 * another one. It is made by {@code ip}, which wants the rights of root.
 *
 * <p>The filter is a routing rule that comes before the rule of local addresses: what it matches is dropped without an answer, as by
 * most firewalls. Addresses are of 198.18.0.0/15, which no network outside of a laboratory has (RFC 2544).
 *
 * <p>Confined to one thread.
 */
public final class NetworkNamespace implements AutoCloseable {

    private static final long PID = ProcessHandle.current().pid();
    private static final AtomicInteger PAIRS = new AtomicInteger();
    private static final int PROBE_S = 2;
    private static final int TIMED_OUT = 124;

    private final String name;
    private final String address;
    private final Map<NetworkNamespace, String> devices = new HashMap<>();

    /** What becomes of a connection that is asked for. */
    public enum Answer {
        CONNECTED,
        REFUSED,
        NONE
    }

    private NetworkNamespace(String name, String address) {
        this.name = name;
        this.address = address;
    }

    /** Whether this process may make one. */
    public static boolean isPossible() {
        if (Stream.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip").map(Path::of).noneMatch(Files::isExecutable)) {
            return false;
        }
        String name = "hawser-" + PID + "-probe";
        boolean made = exitCode(List.of("ip", "netns", "add", name)) == 0;
        if (made) {
            ip("netns", "del", name);
        }
        return made;
    }

    /** One that this process reaches at {@link #address()}, and that reaches nothing else. */
    public static NetworkNamespace create() {
        Pair pair = Pair.next();
        NetworkNamespace made = new NetworkNamespace("hawser-" + PID + "-" + pair.number, pair.there());
        ip("netns", "add", made.name);
        try {
            ip("link", "add", pair.device("a"), "type", "veth", "peer", "name", pair.device("b"), "netns", made.name);
            ip("addr", "add", pair.here() + "/30", "dev", pair.device("a"));
            ip("link", "set", pair.device("a"), "up");
            made.within("link", "set", "lo", "up");
            made.bringUp(pair.device("b"), pair.there());
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    public String address() {
        return address;
    }

    /** What a command has to begin with to run here. */
    public List<String> prefix() {
        return List.of("ip", "netns", "exec", name);
    }

    /** Lets each of the two reach the other's address. */
    public void connect(NetworkNamespace other) {
        Pair pair = Pair.next();
        String mine = pair.device("a");
        String theirs = pair.device("b");
        ip("link", "add", mine, "netns", name, "type", "veth", "peer", "name", theirs, "netns", other.name);
        bringUp(mine, pair.here());
        other.bringUp(theirs, pair.there());
        within("route", "add", other.address, "via", pair.there());
        other.within("route", "add", address, "via", pair.here());
        devices.put(other, mine);
        other.devices.put(this, theirs);
        // The kernel's own rule, which comes first, makes way for filters.
        within("rule", "add", "pref", "100", "lookup", "local");
        within("rule", "del", "pref", "0");
    }

    /** Drops whatever the other one, which this one is connected to, sends to these ports. */
    public void drop(NetworkNamespace other, List<Integer> ports) {
        for (int port : ports) {
            within(
                    "rule",
                    "add",
                    "pref",
                    "10",
                    "iif",
                    device(other),
                    "ipproto",
                    "tcp",
                    "dport",
                    String.valueOf(port),
                    "blackhole");
        }
    }

    /** Drops whatever the other one sends, so that nothing is answered either. */
    public void dropAll(NetworkNamespace other) {
        within("rule", "add", "pref", "5", "iif", device(other), "blackhole");
    }

    /** Ends what {@link #dropAll} began. */
    public void takeAll(NetworkNamespace other) {
        within("rule", "del", "pref", "5", "iif", device(other), "blackhole");
    }

    /** Asks from here for a connection, and waits two seconds at most. */
    public Answer dial(String host, int port) {
        List<String> command = new ArrayList<>(prefix());
        command.addAll(
                List.of("timeout", String.valueOf(PROBE_S), "bash", "-c", "exec 3<>/dev/tcp/" + host + "/" + port));
        return switch (exitCode(command)) {
            case 0 -> Answer.CONNECTED;
            case TIMED_OUT -> Answer.NONE;
            default -> Answer.REFUSED;
        };
    }

    /** Its processes keep what they have until they end. */
    @Override
    public void close() {
        ip("netns", "del", name);
    }

    private String device(NetworkNamespace other) {
        String device = devices.get(other);
        if (device == null) {
            throw new IllegalArgumentException(name + " is not connected to " + other.name);
        }
        return device;
    }

    private void bringUp(String device, String deviceAddress) {
        within("addr", "add", deviceAddress + "/30", "dev", device);
        within("link", "set", device, "up");
    }

    private void within(String... arguments) {
        ip(Stream.concat(Stream.of("-n", name), Stream.of(arguments)).toArray(String[]::new));
    }

    private static void ip(String... arguments) {
        List<String> command =
                Stream.concat(Stream.of("ip"), Stream.of(arguments)).toList();
        int code = exitCode(command);
        if (code != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + code);
        }
    }

    private static int exitCode(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String answer = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
            int code = process.waitFor();
            if (code != 0 && !answer.isBlank()) {
                System.out.println(String.join(" ", command) + ": " + answer.strip());
            }
            return code;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + command.get(0) + " ran", e);
        }
    }

    /** Two virtual devices that are each other's far end, with a network of four addresses of which they have two. */
    private record Pair(int number) {

        private static final int PER_PROCESS = 64;

        static Pair next() {
            int number = PAIRS.getAndIncrement();
            if (number >= PER_PROCESS) {
                throw new IllegalStateException("A process may make " + PER_PROCESS + " pairs of devices");
            }
            return new Pair(number);
        }

        String here() {
            return network() + (number * 4 + 1);
        }

        String there() {
            return network() + (number * 4 + 2);
        }

        /** Of 15 characters at most, as the kernel wants. */
        String device(String end) {
            return "hw" + PID + end + number;
        }

        private static String network() {
            return "198.18." + PID % 256 + ".";
        }
    }
}
