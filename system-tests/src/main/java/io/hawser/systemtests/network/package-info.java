/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What lies between two clusters, for tests to break. Knows sockets, networks
 * of the kernel and the size prefix of Kafka's frames, nothing else.
 */
@NullMarked
package io.hawser.systemtests.network;

import org.jspecify.annotations.NullMarked;
