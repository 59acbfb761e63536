/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Which leader epochs of the source the mirrored records came from.
 *
 * <p>Mirrored batches carry the destination's leader epochs, so the source's are kept beside them. Pure data, no
 * dependencies but Jackson's annotations.
 */
@NullMarked
package io.hawser.lineage;

import org.jspecify.annotations.NullMarked;
