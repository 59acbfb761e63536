/* SPDX-License-Identifier: Apache-2.0 */
/** The adapter to brokers of Kafka 4.3. The only code of ours that names classes of Kafka's core, storage and image. */
@NullMarked
package io.hawser.plugin.broker.kafka43;

import org.jspecify.annotations.NullMarked;
