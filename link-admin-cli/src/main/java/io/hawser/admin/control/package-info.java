/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The cluster as an administrator changes and watches it: definitions go into the metadata log, the state topic tells what
 * came of them. Depends on kafka-clients and the domain types that brokers use, too. Runs on the command's thread.
 */
@NullMarked
package io.hawser.admin.control;

import org.jspecify.annotations.NullMarked;
