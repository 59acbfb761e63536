/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Ties the parts together inside one broker: takes up metadata and definitions, and keeps links, reports and the coordinator as
 * they want it. One thread, {@code hawser-control}.
 */
@NullMarked
package io.hawser.plugin.runtime;

import org.jspecify.annotations.NullMarked;
