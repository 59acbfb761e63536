/* SPDX-License-Identifier: Apache-2.0 */
/** One class per verb: parse, call {@link io.hawser.admin.control} or {@link io.hawser.admin.drill}, render by {@link io.hawser.admin.view}. */
@NullMarked
package io.hawser.admin.command;

import org.jspecify.annotations.NullMarked;
