/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

/** One way to get a topic from one broker to another. Confined to the benchmark's thread. */
interface Contender {

    String name();

    /** What it is to copy of a data set: all of it, or a part that tells as much in less time. */
    default DataSet part(DataSet data) {
        return data;
    }

    /** Copies a data set once, from nothing, and removes the copy. */
    Measurement run(DataSet data) throws Exception;

    /** Whether all that takes part in a run takes part in the next one too. */
    default boolean staysWarm() {
        return true;
    }
}
