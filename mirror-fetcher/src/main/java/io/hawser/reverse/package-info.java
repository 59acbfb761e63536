/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Connections that the source makes and the destination uses: the preamble by which both prove that they know the link's
 * secret, the source's {@link io.hawser.reverse.Dialler} and the destination's {@link io.hawser.reverse.ReverseListener}.
 *
 * <p>Knows sockets and TLS, but neither brokers nor Kafka's protocol: a connection that was started is a bare socket, and what is
 * spoken over it is the affair of those who get it. Handshakes are pure; all else runs on the one thread of a
 * {@link io.hawser.reverse.ReverseLoop}, where nothing may block.
 */
@NullMarked
package io.hawser.reverse;

import org.jspecify.annotations.NullMarked;
