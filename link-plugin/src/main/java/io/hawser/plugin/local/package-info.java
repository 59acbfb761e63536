/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The plugin as a client of the cluster that it runs in: how it connects, and what it asks for as an administrator. Depends on
 * kafka-clients' public API. No thread of its own.
 */
@NullMarked
package io.hawser.plugin.local;

import org.jspecify.annotations.NullMarked;
