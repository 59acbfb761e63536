/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class AddressLimitsTest {

    private final AddressLimits limits = new AddressLimits(5, 3, 8, 4);

    @Test
    void oneAddressDoesNotTakeThePlaceOfAll() throws Exception {
        assertThat(entered("10.0.0.1", 10, 0)).isEqualTo(3);
        assertThat(entered("10.0.0.2", 10, 0)).isEqualTo(2);
        assertThat(limits.inside()).isEqualTo(5);
    }

    @Test
    void whoIsQuickToComeAndGoIsHeldBackUntilTheNextSecond() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThat(entered("10.0.0.1", 1, 0)).isOne();
            limits.leave(address("10.0.0.1"));
        }
        assertThat(entered("10.0.0.1", 1, 999)).isZero();
        assertThat(entered("10.0.0.1", 1, 1_000)).isOne();
    }

    @Test
    void allTogetherAreHeldBackUntilTheNextSecond() throws Exception {
        for (int i = 0; i < 8; i++) {
            assertThat(entered("10.0.0." + i, 1, 0)).isOne();
            limits.leave(address("10.0.0." + i));
        }
        assertThat(entered("10.0.0.100", 1, 0)).isZero();
        assertThat(entered("10.0.0.100", 1, 1_000)).isOne();
        assertThat(limits.inside()).isOne();
    }

    private int entered(String address, int times, long nowMs) throws Exception {
        int entered = 0;
        for (int i = 0; i < times; i++) {
            entered += limits.enter(address(address), nowMs) ? 1 : 0;
        }
        return entered;
    }

    private static InetAddress address(String text) throws Exception {
        return InetAddress.getByName(text);
    }
}
