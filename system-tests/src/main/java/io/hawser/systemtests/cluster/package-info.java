/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Kafka clusters of one to three nodes for tests, the demo and the benchmarks: started, stopped, killed, paused and
 * looked into through one interface, {@link io.hawser.systemtests.cluster.TestCluster}.
 *
 * <p>It may depend on Kafka's jars, Awaitility and (the container cluster alone) Testcontainers, and on no other module
 * of Hawser: what is under test is taken as built files, the way a user installs it. Everything runs on the thread of
 * the caller; the brokers are processes of their own.
 */
@NullMarked
package io.hawser.systemtests.cluster;

import org.jspecify.annotations.NullMarked;
