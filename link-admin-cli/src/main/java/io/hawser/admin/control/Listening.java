/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;

/** Whether anybody listens where brokers are said to be. A Kafka client would try on for as long as it may. */
final class Listening {

    private static final int LIMIT_MS = 3_000;

    private Listening() {}

    /**
     * @param bootstrapServers as Kafka's clients take them
     * @return why none of them can be connected to; empty if one can, or may yet
     */
    static Optional<String> problem(String bootstrapServers) {
        String problem = "no address";
        for (String address : bootstrapServers.split(",")) {
            try (Socket socket = new Socket()) {
                Integer port = Utils.getPort(address.strip());
                socket.connect(
                        new InetSocketAddress(Utils.getHost(address.strip()), port == null ? 0 : port), LIMIT_MS);
                return Optional.empty();
            } catch (SocketTimeoutException e) {
                return Optional.empty();
            } catch (UnknownHostException e) {
                problem = "unknown host";
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        return Optional.of(problem);
    }
}
