/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import io.hawser.config.DivergencePolicy;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * An operator's one-time consent to a loss of one mirror topic, given by {@code link-admin resume}. Each partition uses it
 * once, for the loss that stops it now; a later loss stops it again.
 *
 * <p>Immutable.
 *
 * @param id tells this consent from an earlier one
 * @param gap whether to go on behind records that the source deleted before they were mirrored
 * @param divergence what to do where the source has lost records that are mirrored; null for nothing
 */
public record LossAcceptance(Uuid id, boolean gap, @Nullable DivergencePolicy divergence) {}
