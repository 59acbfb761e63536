/* SPDX-License-Identifier: Apache-2.0 */
/** {@code link-admin} as a user runs it: the built script, in a process of its own. */
@NullMarked
package io.hawser.systemtests.link;

import org.jspecify.annotations.NullMarked;
