/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Keeps mirror topics read-only: the wrapper around the user's authorizer, the matrix of what is refused, and the
 * definitions that say which topics are mirrors.
 *
 * <p>May depend on {@link io.hawser.definition} and on Kafka's interfaces for authorizers and reconfigurable plugins;
 * on no part of a running broker. Request handler threads ask, the metadata loader's thread updates; no lock is held
 * between them.
 */
@NullMarked
package io.hawser.plugin.guard;

import org.jspecify.annotations.NullMarked;
