/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;

/** Whether anybody listens where brokers are said to be. A Kafka client would try on for as long as it may. */
final class Listening {

    private static final int LIMIT_MS = 1_000;

    private Listening() {}

    /**
     * @param bootstrapServers as Kafka's clients take them; of a name each address is tried, as they do
     * @return why none of them can be connected to; empty if one can, or may yet
     */
    static Optional<String> problem(String bootstrapServers) {
        String problem = "no address";
        for (String server : bootstrapServers.split(",")) {
            try {
                for (InetAddress address : InetAddress.getAllByName(Utils.getHost(server.strip()))) {
                    Optional<String> refusal = refusal(address, Utils.getPort(server.strip()));
                    if (refusal.isEmpty()) {
                        return refusal;
                    }
                    problem = refusal.get();
                }
            } catch (UnknownHostException e) {
                problem = "unknown host";
            }
        }
        return Optional.of(problem);
    }

    private static Optional<String> refusal(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), LIMIT_MS);
            return Optional.empty();
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
