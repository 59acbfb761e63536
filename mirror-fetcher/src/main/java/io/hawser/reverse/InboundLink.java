/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import org.jspecify.annotations.Nullable;

/**
 * A link for which source brokers may connect. Immutable.
 *
 * @param sourceClusterId the only cluster that may; null for any, before the link has reached its source
 */
public record InboundLink(LinkSecret secret, @Nullable String sourceClusterId) {}
