/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Whether a link is ready for a disaster, and what a failover costs when it is rehearsed. What is asked of clusters and what
 * follows from the answers are classes apart: the latter know no cluster. Depends on {@link io.hawser.admin.control} and
 * {@link io.hawser.admin.view}. Runs on the command's thread, but for a canary's producers.
 */
@NullMarked
package io.hawser.admin.drill;

import org.jspecify.annotations.NullMarked;
