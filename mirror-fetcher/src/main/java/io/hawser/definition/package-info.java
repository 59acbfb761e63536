/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is wanted: links and mirror topics as they stand in the metadata log, one dynamic config key each, and the rules
 * that a change to them must keep.
 *
 * <p>Pure data and decisions: no thread, no clock, no I/O. Depends on kafka-clients' public types, Jackson and
 * {@link io.hawser.config}. Used by the brokers and by {@code link-admin} alike, so both read and refuse the same.
 */
@NullMarked
package io.hawser.definition;

import org.jspecify.annotations.NullMarked;
