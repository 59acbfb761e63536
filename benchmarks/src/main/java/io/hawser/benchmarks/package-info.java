/* SPDX-License-Identifier: Apache-2.0 */
/**
 * JMH benchmarks of what Hawser does for every batch or every request. May depend on every other module and on JMH;
 * nothing depends on it. JMH's own threads run it: {@code mvn -Pjmh -DskipTests -pl benchmarks -am verify}.
 */
package io.hawser.benchmarks;
