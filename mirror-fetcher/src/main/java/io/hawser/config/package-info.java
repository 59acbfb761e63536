/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The properties of a link: names, types, defaults, documentation, and where its secrets come from.
 *
 * <p>Depends on kafka-clients' config classes alone. No thread of its own.
 */
@NullMarked
package io.hawser.config;

import org.jspecify.annotations.NullMarked;
