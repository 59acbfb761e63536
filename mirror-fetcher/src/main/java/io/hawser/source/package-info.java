/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the engine asks of a source cluster, and the port through which it asks: a {@link io.hawser.source.SourceConnector}
 * opens a {@link io.hawser.source.SourceChannel} to one source broker, whether by dialling or by taking a connection that
 * the source dialled is the connector's affair.
 *
 * <p>Requests and answers are types of ours; records stay raw bytes. Depends on kafka-clients' public types and
 * {@code Errors}. A channel belongs to the thread that opened it.
 */
@NullMarked
package io.hawser.source;

import org.jspecify.annotations.NullMarked;
