/* SPDX-License-Identifier: Apache-2.0 */
/** How long single records take, at light load and beside other work. Real broker processes; {@code mvn -Pbenchmark verify}. */
package io.hawser.benchmarks.latency;
