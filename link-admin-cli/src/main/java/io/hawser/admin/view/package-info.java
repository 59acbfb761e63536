/* SPDX-License-Identifier: Apache-2.0 */
/** What people and scripts get to read: tables, JSON, YAML. Knows no cluster. */
@NullMarked
package io.hawser.admin.view;

import org.jspecify.annotations.NullMarked;
