/* SPDX-License-Identifier: Apache-2.0 */
/**
 * How fast a mirror catches up, beside the other ways to get the same data to another broker. Real broker processes, one run, all
 * contenders in turn, round by round: read the figures as ratios. {@code mvn -Pbenchmark verify}.
 */
package io.hawser.benchmarks.catchup;
