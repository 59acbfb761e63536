/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.util.concurrent.atomic.LongAdder;

/** What a link has appended on one broker since its {@link LinkMirror} began. Thread-safe; counting takes no lock and allocates nothing. */
public final class LinkTraffic {

    private final LongAdder bytes = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder records = new LongAdder();

    /** As the source had compressed them. */
    public long bytes() {
        return bytes.sum();
    }

    public long batches() {
        return batches.sum();
    }

    /** By the headers of the batches, control records included. */
    public long records() {
        return records.sum();
    }

    void appended(long moreBytes, long moreBatches, long moreRecords) {
        bytes.add(moreBytes);
        batches.add(moreBatches);
        records.add(moreRecords);
    }
}
