/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ListeningTest {

    @Test
    void isContentWithOneThatListens() throws IOException {
        try (ServerSocket somebody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThat(Listening.problem("localhost:1, localhost:" + somebody.getLocalPort()))
                    .isEmpty();
        }
    }

    /** A name often stands for an IPv6 and an IPv4 address, of which brokers listen on one. */
    @Test
    void triesEachAddressOfAName() throws IOException {
        for (InetAddress each : InetAddress.getAllByName("localhost")) {
            try (ServerSocket somebody = new ServerSocket(0, 50, each)) {
                assertThat(Listening.problem("localhost:" + somebody.getLocalPort()))
                        .as("%s", each)
                        .isEmpty();
            }
        }
    }

    @Test
    void saysWhyNobodyCanBeConnectedTo() {
        assertThat(Listening.problem("localhost:1")).contains("Connection refused");
    }
}
