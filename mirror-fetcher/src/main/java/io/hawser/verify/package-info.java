/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Whether a mirror's log is what its source's is, from the raw batches of both: whole batches byte by byte, and of compacted topics
 * what the cleaners of both sides have left.
 *
 * <p>Knows no thread, clock, socket or broker; whoever has the bytes of both sides hands them in. Depends on
 * {@link io.hawser.batch}, {@link io.hawser.source} (for records) and {@link io.hawser.status} (for what was found).
 */
@NullMarked
package io.hawser.verify;

import org.jspecify.annotations.NullMarked;
