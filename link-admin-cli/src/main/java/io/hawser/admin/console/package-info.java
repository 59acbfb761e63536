/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The page that {@code link-admin console} serves on this machine: what the brokers tell, and actions that are the verbs of
 * {@code link-admin} themselves. Knows no verb's class: it gets told how to run one.
 *
 * <p>The command's thread looks at the brokers; threads of the server answer from the last look; actions have threads of their own.
 */
@NullMarked
package io.hawser.admin.console;

import org.jspecify.annotations.NullMarked;
