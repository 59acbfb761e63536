/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Which partitions this broker mirrors, and how each of them is doing. Decides from the cluster's metadata, the definitions
 * and the state topic; asks nobody.
 */
@NullMarked
package io.hawser.plugin.ownership;

import org.jspecify.annotations.NullMarked;
