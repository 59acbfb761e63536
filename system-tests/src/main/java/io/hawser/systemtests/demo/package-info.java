/* SPDX-License-Identifier: Apache-2.0 */
/** The main job on a fresh machine, told in a few lines. */
@NullMarked
package io.hawser.systemtests.demo;

import org.jspecify.annotations.NullMarked;
