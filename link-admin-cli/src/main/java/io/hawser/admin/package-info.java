/* SPDX-License-Identifier: Apache-2.0 */
/** The entry point of {@code link-admin}, and the one place where exceptions become exit codes and lines for the user. */
@NullMarked
package io.hawser.admin;

import org.jspecify.annotations.NullMarked;
