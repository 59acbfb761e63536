/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.reverse.Frame.Purpose;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends over real sockets, in one process. */
class ReverseConnectionsTest {

    private static final LinkSecret SECRET = new LinkSecret("correct horse battery staple");
    private static final ReverseTimings FAST = new ReverseTimings(2_000, 1_000, 200, 1_500, 20, 100);
    private static final String HOST = "localhost";

    private final ReverseLoop loop = new ReverseLoop("reverse-test", Time.SYSTEM);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final EchoingBroker broker = new EchoingBroker();

    @BeforeEach
    void start() {
        loop.start();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        loop.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatTheDestinationTakesIsServedByTheSourcesBroker(boolean secured) throws Exception {
        ReverseListener listener = listener(secured);
        dialler(1, SECRET, secured, port(listener));
        awaitConnected(listener, 1);

        for (int i = 0; i < 20; i++) {
            try (SocketChannel channel = listener.take("east", 1).get(5, SECONDS)) {
                String said = "request " + i + " ".repeat(i * 1_000);
                assertThat(echo(channel, said)).isEqualTo(said);
            }
        }
        await().atMost(5, SECONDS).until(() -> listener.report("east").get(0).started() == 20);
    }

    @Test
    void whereThereIsNoPluginAPipeServesWhatIsTaken() throws Exception {
        ReverseListener listener = listener(false);
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(HOST, 0));
                Pipes pipes = new Pipes(1)) {
            Address address = new Address(HOST, server.socket().getLocalPort());
            dialler(1, SECRET, false, port(listener), pipes.to(address));
            awaitConnected(listener, 1);
            SocketChannel client = listener.take("east", 1).get(5, SECONDS);
            SocketChannel served = server.accept();
            broker.serve(served);

            // More than fits into the pipe and into sockets.
            String said = "much ".repeat(1_000_000);
            assertThat(echo(client, said)).isEqualTo(said);
            assertThat(pipes.piped()).isOne();

            client.close();
            await().atMost(5, SECONDS).until(() -> !served.isOpen());
        }
    }

    @Test
    void manyAreThereSoonWhenManyAreWanted() throws Exception {
        ReverseListener listener = listener(false);
        dialler(1, SECRET, false, port(listener));
        awaitConnected(listener, 1);

        List<CompletableFuture<SocketChannel>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(listener.take("east", 1));
        }
        for (CompletableFuture<SocketChannel> each : all) {
            try (SocketChannel channel = each.get(5, SECONDS)) {
                assertThat(echo(channel, "hello")).isEqualTo("hello");
            }
        }
        // What nobody waits for any more is not dialled for ever.
        await().atMost(5, SECONDS)
                .untilAsserted(() ->
                        assertThat(listener.report("east").get(0).waiting()).isBetween(2, 64));
    }

    @Test
    void connectionsThatWaitOutliveWhatForgetsSilentOnes() throws Exception {
        ReverseListener listener = listener(false);
        dialler(1, SECRET, false, port(listener));
        awaitWaiting(listener, 2);
        long served = broker.served.size();

        // Longer than silence is borne.
        await().pollDelay(Duration.ofMillis(2 * FAST.silenceMs()))
                .atMost(5, SECONDS)
                .until(() -> true);

        assertThat(listener.report("east").get(0).problem()).isNull();
        try (SocketChannel channel = listener.take("east", 1).get(5, SECONDS)) {
            assertThat(echo(channel, "still there")).isEqualTo("still there");
        }
        assertThat(broker.served.size()).isEqualTo(served + 1);
    }

    @Test
    void allBrokersOfTheDestinationAreDialledThoughOneIsNamed() throws Exception {
        ReverseListener first = listener(false);
        ReverseListener second = listener(false);
        advertiseEachOther(first, second);

        dialler(3, SECRET, false, port(first));

        awaitConnected(first, 3);
        awaitConnected(second, 3);
    }

    /** It has not heard of the others yet, and could not correct itself once it is not dialled any more. */
    @Test
    void aBrokerOfTheDestinationThatKnowsOneAloneCutsNobodyOff() throws Exception {
        ReverseListener first = listener(false);
        ReverseListener second = listener(false);
        List<Address> both = advertiseEachOther(first, second);
        dialler(3, SECRET, false, port(first));
        awaitConnected(first, 3);
        awaitConnected(second, 3);

        second.advertise(both.subList(0, 1));

        await().during(FAST.pingMs() * 2, MILLISECONDS)
                .atMost(5, SECONDS)
                .until(() -> second.connected("east").size() == 1);
    }

    @Test
    void aSourceThatComesBackIsConnectedAgainAndSoIsADestination() throws Exception {
        ReverseListener listener = listener(false);
        Dialler before = dialler(1, SECRET, false, port(listener));
        awaitConnected(listener, 1);

        before.close();
        await().atMost(5, SECONDS).until(() -> listener.connected("east").isEmpty());
        assertThatThrownBy(() -> listener.take("east", 1).get(5, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("broker 1 of the source");
        dialler(1, SECRET, false, port(listener));
        awaitConnected(listener, 1);

        int port = port(listener);
        listener.close();
        await().atMost(5, SECONDS).until(() -> !listening(port));
        ReverseListener again = listener(false, port);
        awaitConnected(again, 1);
    }

    @Test
    void bothEndsTellWhyASourceIsNotLetIn() throws Exception {
        ReverseListener listener = listener(false);
        Dialler wrong = dialler(1, new LinkSecret("another secret of some length"), false, port(listener));

        await().atMost(5, SECONDS).untilAsserted(() -> {
            assertThat(wrong.report())
                    .singleElement()
                    .satisfies(report -> assertThat(report.refusal()).isEqualTo(Refusal.SECRET_MISMATCH));
            assertThat(listener.report("east"))
                    .singleElement()
                    .satisfies(report -> assertThat(report.refusal()).isEqualTo(Refusal.SECRET_MISMATCH));
        });
        listener.allow(Map.of());
        await().atMost(5, SECONDS)
                .untilAsserted(
                        () -> assertThat(wrong.report().get(0).refusal()).isEqualTo(Refusal.REMOTE_LINK_NOT_FOUND));
    }

    @Test
    void aSourceWithoutThatKafkaListenerSaysSo() throws Exception {
        ReverseListener listener = listener(false);
        Dialler dialler = dialler(1, SECRET, false, port(listener));
        awaitWaiting(listener, 1);
        broker.hasListener = false;

        assertThatThrownBy(() -> listener.take("east", 1).get(5, SECONDS)).hasMessageContaining("no Kafka listener");

        // What waits is of no use, and no more is dialled.
        await().atMost(5, SECONDS)
                .untilAsserted(() ->
                        assertThat(listener.report("east").get(0).refusal()).isEqualTo(Refusal.NO_LISTENER));
        assertThat(dialler.report()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void strangersNeitherLeakNorKeepAnybodyOut(boolean secured) throws Exception {
        ReverseListener listener = listener(secured);
        List<Socket> strangers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port(listener));
            strangers.add(stranger);
            try {
                switch (i % 4) {
                    case 0 ->
                        stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    case 1 -> stranger.getOutputStream().write(new byte[] {'H', 'W'});
                    case 2 -> stranger.close();
                    default -> {
                        // Says nothing.
                    }
                }
            } catch (IOException e) {
                // Closed already, as it should be.
            }
        }
        assertThat(strangersInside(listener)).isBetween(1, ReverseListener.MOST_STRANGERS_OF_ADDRESS);

        dialler(1, SECRET, secured, port(listener));
        awaitConnected(listener, 1);
        try (SocketChannel channel = listener.take("east", 1).get(5, SECONDS)) {
            assertThat(echo(channel, "hello")).isEqualTo("hello");
        }

        await().atMost(5, SECONDS).until(() -> strangersInside(listener) == 0);
        for (Socket stranger : strangers) {
            stranger.close();
        }
    }

    @Test
    void whoIsLetInAndThenFallsSilentIsForgotten() throws Exception {
        ReverseListener listener = listener(false);
        try (RawSource silent = new RawSource(Purpose.DATA, port(listener), SECRET)) {
            assertThat(silent.isOpen()).isTrue();
            await().atMost(5, SECONDS)
                    .until(() -> !listener.report("east").isEmpty()
                            && listener.report("east").get(0).waiting() == 1);

            assertThatThrownBy(() -> listener.take("east", RawSource.BROKER).get(5, SECONDS))
                    .hasMessageContaining("broker " + RawSource.BROKER);
            assertThat(listener.report("east").get(0).waiting()).isZero();
        }
    }

    @Test
    void whatIsLeftOfASourceBrokersEarlierLifeIsClosed() throws Exception {
        ReverseListener listener = listener(false);
        try (RawSource earlier = new RawSource(Purpose.DATA, port(listener), SECRET)) {
            awaitWaiting(listener, 1);

            dialler(RawSource.BROKER, SECRET, false, port(listener));

            awaitConnected(listener, RawSource.BROKER);
            assertThat(earlier.isClosedByTheOtherEnd()).isTrue();
        }
    }

    @Test
    void theSourceIsToldHowManyAreWaitedFor() throws Exception {
        ReverseListener listener = listener(false);
        try (RawSource source = new RawSource(Purpose.CONTROL, port(listener), SECRET)) {
            awaitConnected(listener, RawSource.BROKER);
            assertThat(source.awaitFrame(Frame.Brokers.class).addresses()).hasSize(1);
            assertThat(source.awaitFrame(Frame.Want.class).waiting()).isEqualTo(2);

            listener.take("east", RawSource.BROKER);
            CompletableFuture<SocketChannel> second = listener.take("east", RawSource.BROKER);

            assertThat(source.awaitFrame(Frame.Want.class).waiting()).isEqualTo(3);
            assertThat(source.awaitFrame(Frame.Want.class).waiting()).isEqualTo(4);
            // Who does not wait any more does not count.
            second.cancel(false);
            assertThat(source.awaitFrame(Frame.Want.class).waiting()).isEqualTo(3);
        }
    }

    @Test
    void theSecretThatWasChangedCountsAtOnce() throws Exception {
        ReverseListener listener = listener(false);
        dialler(1, SECRET, false, port(listener));
        awaitConnected(listener, 1);

        listener.allow(Map.of("east", new InboundLink(new LinkSecret("another secret of some length"), null)));

        await().atMost(5, SECONDS).until(() -> listener.connected("east").isEmpty());
    }

    @Test
    void whoWasChallengedBeforeTheSecretWasChangedIsNotLetInByTheEarlierOne() throws Exception {
        ReverseListener listener = listener(false);
        Runnable change = () -> {
            listener.allow(Map.of("east", new InboundLink(new LinkSecret("another secret of some length"), null)));
            assertThatCode(() -> strangersInside(listener)).doesNotThrowAnyException();
        };

        assertThatThrownBy(() -> new RawSource(Purpose.DATA, port(listener), SECRET, change))
                .isInstanceOf(IOException.class);

        assertThat(listener.report("east")).allMatch(report -> report.refusal() == Refusal.SECRET_MISMATCH);
    }

    /** Deleted and created again, so that nobody has seen it gone. */
    @Test
    void aLinkThatWasMadeAnewWithTheSameSecretIsNotBoundToItsEarlierSource() throws Exception {
        ReverseListener listener = listener(false);
        try (RawSource source = new RawSource(Purpose.CONTROL, port(listener), SECRET)) {
            awaitConnected(listener, RawSource.BROKER);
            listener.allow(Map.of("east", new InboundLink(SECRET, "source")));
            assertThat(strangersInside(listener)).isZero();
            assertThat(listener.connected("east")).hasSize(1);

            listener.allow(Map.of("east", new InboundLink(SECRET, null)));

            assertThat(source.isClosedByTheOtherEnd()).isTrue();
        }
    }

    /** Else its socket, from which nothing more can be read, would keep the loop busy. */
    @Test
    void whoSaysGoodbyeUnderTlsAndStaysIsClosed() throws Exception {
        ReverseListener listener = listener(true);
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(HOST, port(listener)))) {
            channel.configureBlocking(false);
            TlsWire wire = new TlsWire(channel, TestTls.client().client(HOST, port(listener)));
            ByteBuffer answer = ByteBuffer.allocate(4_000);
            wire.write(FrameCodec.encode(new Frame.Hello(
                    DiallerHandshake.VERSION,
                    Purpose.DATA,
                    "east",
                    42,
                    "source",
                    5,
                    "broker.example",
                    9092,
                    LinkSecret.nonce())));
            await().atMost(5, SECONDS).pollInterval(5, MILLISECONDS).until(() -> wire.read(answer) > 0);
            assertThat(strangersInside(listener)).isOne();

            wire.finish();
            wire.flush();

            await().atMost(FAST.preambleMs() / 2, MILLISECONDS)
                    .pollInterval(20, MILLISECONDS)
                    .until(() -> strangersInside(listener) == 0);
        }
    }

    @Test
    void namedAddressesAreDialledAsLongAsNoneAnswersThatWasToldOf() throws Exception {
        ReverseListener first = listener(false);
        ReverseListener second = listener(false);
        try (ServerSocketChannel nobody = ServerSocketChannel.open().bind(new InetSocketAddress(HOST, 0))) {
            List<Address> told = List.of(new Address(HOST, nobody.socket().getLocalPort()));
            first.advertise(told);
            second.advertise(told);
        }

        Dialler dialler = new Dialler(
                new DiallerSettings(
                        "east",
                        "source",
                        1,
                        List.of(new Address(HOST, port(first)), new Address(HOST, port(second))),
                        SECRET,
                        null,
                        FAST),
                broker,
                loop);
        dialler.start();
        opened.add(dialler);
        awaitConnected(first, 1);
        awaitConnected(second, 1);
        second.allow(Map.of());
        second.allow(Map.of("east", new InboundLink(SECRET, null)));

        awaitConnected(second, 1);
    }

    private static List<Address> advertiseEachOther(ReverseListener first, ReverseListener second) {
        List<Address> both = List.of(new Address(HOST, port(first)), new Address(HOST, port(second)));
        first.advertise(both);
        second.advertise(both);
        return both;
    }

    private ReverseListener listener(boolean secured) throws IOException {
        return listener(secured, 0);
    }

    private ReverseListener listener(boolean secured, int port) throws IOException {
        ReverseListener listener = new ReverseListener(
                new ListenerSettings(
                        "destination",
                        opened.size(),
                        List.of(new Address(HOST, port)),
                        secured ? TestTls.server() : null,
                        FAST),
                loop);
        listener.start();
        listener.allow(Map.of("east", new InboundLink(SECRET, null)));
        listener.advertise(List.of(new Address(HOST, port(listener))));
        opened.add(listener);
        return listener;
    }

    private Dialler dialler(int brokerId, LinkSecret secret, boolean secured, int port) {
        return dialler(brokerId, secret, secured, port, broker);
    }

    private Dialler dialler(int brokerId, LinkSecret secret, boolean secured, int port, HandOver handOver) {
        Dialler dialler = new Dialler(
                new DiallerSettings(
                        "east",
                        "source",
                        brokerId,
                        List.of(new Address(HOST, port)),
                        secret,
                        secured ? TestTls.client() : null,
                        FAST),
                handOver,
                loop);
        dialler.start();
        opened.add(dialler);
        return dialler;
    }

    private static int port(ReverseListener listener) {
        return listener.ports().get(0);
    }

    private static boolean listening(int port) {
        try (Socket socket = new Socket(HOST, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static void awaitConnected(ReverseListener listener, int brokerId) {
        await().atMost(5, SECONDS)
                .until(() -> listener.connected("east").stream().anyMatch(there -> there.brokerId() == brokerId));
    }

    private static void awaitWaiting(ReverseListener listener, int count) {
        await().atMost(5, SECONDS)
                .until(() -> listener.report("east").stream().anyMatch(report -> report.waiting() >= count));
    }

    private int strangersInside(ReverseListener listener) throws Exception {
        CompletableFuture<Integer> inside = new CompletableFuture<>();
        loop.execute(() -> inside.complete(listener.strangers()));
        return inside.get(5, SECONDS);
    }

    private static String echo(SocketChannel channel, String said) throws IOException {
        byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.wrap(bytes);
        ByteBuffer in = ByteBuffer.allocate(bytes.length);
        long endMs = System.currentTimeMillis() + 20_000;
        while (in.hasRemaining()) {
            channel.write(out);
            LockSupport.parkNanos(100_000);
            if (channel.read(in) < 0 || System.currentTimeMillis() > endMs) {
                throw new IOException("ended after " + in.position() + " bytes");
            }
        }
        return new String(in.array(), StandardCharsets.UTF_8);
    }

    /** Gives back what it gets, as a broker's listener would answer. */
    private static final class EchoingBroker implements HandOver {

        private final Queue<SocketChannel> served = new ConcurrentLinkedQueue<>();
        private volatile boolean hasListener = true;

        @Override
        public Optional<Address> listener() {
            return hasListener ? Optional.of(new Address("broker.example", 9092)) : Optional.empty();
        }

        @Override
        public void serve(SocketChannel channel) {
            served.add(channel);
            Thread thread = new Thread(() -> echo(channel), "echo");
            thread.setDaemon(true);
            thread.start();
        }

        private static @Nullable Void echo(SocketChannel channel) {
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1_024);
            try (channel) {
                while (channel.read(buffer.clear()) >= 0) {
                    LockSupport.parkNanos(buffer.position() == 0 ? 1_000_000 : 1);
                    buffer.flip();
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                }
            } catch (IOException e) {
                // The destination has closed it.
            }
            return null;
        }
    }
}
