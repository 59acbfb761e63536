/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.util.List;
import org.apache.kafka.common.utils.Bytes;

/**
 * What the two ends say to each other before a connection is a Kafka connection.
 *
 * <p>Source: Hello; destination: Challenge; source: Proof; destination: Accepted. Either may say Refused instead and close. Then, on a
 * control connection, the destination says Brokers and Want as often as these change. On any other the destination says Start
 * once, the source answers Started, and neither says anything more: what follows is Kafka's. Ping may come from the destination
 * at any time after Accepted and before Start, and is answered by Pong.
 *
 * <p>Immutable.
 */
public sealed interface Frame {

    /** What a connection is for. */
    enum Purpose {
        CONTROL,
        DATA
    }

    /**
     * @param version the highest that the source speaks
     * @param instance tells one life of the dialler from the next
     * @param clusterId of the source
     * @param host under which the source's Kafka listener is known in its cluster; with {@code port} for TLS and for logs
     * @param nonce {@link LinkSecret#BYTES} bytes, never used before
     */
    record Hello(
            int version,
            Purpose purpose,
            String link,
            long instance,
            String clusterId,
            int brokerId,
            String host,
            int port,
            Bytes nonce)
            implements Frame {}

    /**
     * @param version that is spoken from here on
     * @param clusterId of the destination
     * @param nonce {@link LinkSecret#BYTES} bytes, never used before
     */
    record Challenge(int version, String clusterId, int brokerId, Bytes nonce) implements Frame {}

    /** @param mac by which the source shows that it knows the secret */
    record Proof(Bytes mac) implements Frame {}

    /** @param mac by which the destination shows that it knows the secret */
    record Accepted(Bytes mac) implements Frame {}

    /** @param message one line for an operator */
    record Refused(Refusal refusal, String message) implements Frame {}

    /** @param addresses of the reverse listeners of all destination brokers, the one that says so included */
    record Brokers(List<Address> addresses) implements Frame {
        public Brokers {
            addresses = List.copyOf(addresses);
        }
    }

    /** @param waiting how many connections should wait to be started */
    record Want(int waiting) implements Frame {}

    record Ping() implements Frame {}

    record Pong() implements Frame {}

    record Start() implements Frame {}

    record Started() implements Frame {}
}
