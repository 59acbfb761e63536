/* SPDX-License-Identifier: Apache-2.0 */
/** What brokers show of their links by JMX and metrics reporters. Reads what others report; nothing depends on it. */
@NullMarked
package io.hawser.plugin.metrics;

import org.jspecify.annotations.NullMarked;
