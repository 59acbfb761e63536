/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class PortLeaseTest {

    @Test
    void aHeldPortRefusesClientsAndALentOneCanBeListenedOn() throws Exception {
        try (PortLease lease = PortLease.acquire()) {
            assertThatThrownBy(() -> connect(lease.port())).isInstanceOf(ConnectException.class);

            lease.lend();
            try (ServerSocket broker = new ServerSocket()) {
                broker.setReuseAddress(true);
                broker.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), lease.port()));
                connect(lease.port());
            }
            lease.takeBack();

            assertThatThrownBy(() -> connect(lease.port())).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void noTwoLeasesShareAPort() {
        try (PortLease one = PortLease.acquire();
                PortLease other = PortLease.acquire()) {
            assertThat(one.port()).isNotEqualTo(other.port());
        }
    }

    private static void connect(int port) throws Exception {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
    }
}
