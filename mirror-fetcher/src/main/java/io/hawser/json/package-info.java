/* SPDX-License-Identifier: Apache-2.0 */
/** How Kafka's own value types look in our JSON. Depends on Jackson and kafka-clients' public types alone. */
@NullMarked
package io.hawser.json;

import org.jspecify.annotations.NullMarked;
