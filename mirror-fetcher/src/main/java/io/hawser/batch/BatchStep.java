/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

/** What a {@link BatchWalk} found at its next step. All but {@link #BATCH} end the walk. Immutable. */
public enum BatchStep {
    /** A whole batch of magic 2 whose header makes sense. */
    BATCH("a whole batch of %d bytes"),

    /** Nothing is left. */
    END("the end"),

    /** Part of a batch after at least one whole batch: a source cuts its answer at the fetch size (KIP-74). */
    TRAILING_PARTIAL("a batch of %d bytes or more that the answer cuts"),

    /** The very first batch is not whole, so only a larger fetch makes progress: see {@link BatchWalk#neededBytes}. */
    FIRST_PARTIAL("a first batch of %d bytes or more that the answer cuts"),

    /** A message of magic 0 or 1, the formats before KIP-98, which no broker writes any more but old segments may hold. */
    UNSUPPORTED_MAGIC("message format %d, but only format 2 can be mirrored"),

    /** A format that this version does not know, or a damaged byte. */
    UNKNOWN_MAGIC("unknown message format %d"),

    /** A length that no batch has: negative, smaller than a header, or past what a buffer can hold. */
    BAD_LENGTH("impossible batch length %d"),

    /** The last offset lies below the first, or the base offset is negative, or the last offset exceeds a long. */
    BAD_OFFSETS("impossible offsets from base offset %d"),

    /** The batch does not begin above the last offset of the batch before it. */
    OFFSETS_NOT_INCREASING("base offset %d, which is not above the batch before"),

    /** A negative number of records. */
    BAD_RECORD_COUNT("impossible record count %d");

    private final String finding;

    BatchStep(String finding) {
        this.finding = finding;
    }

    /** The data cannot have left a sound source like this; another fetch may bring it whole. */
    public boolean isCorrupt() {
        return switch (this) {
            case UNKNOWN_MAGIC, BAD_LENGTH, BAD_OFFSETS, OFFSETS_NOT_INCREASING, BAD_RECORD_COUNT -> true;
            case BATCH, END, TRAILING_PARTIAL, FIRST_PARTIAL, UNSUPPORTED_MAGIC -> false;
        };
    }

    /** All whole batches have been seen and nothing is wrong: {@link #END} or {@link #TRAILING_PARTIAL}. */
    public boolean isNormalEnd() {
        return this == END || this == TRAILING_PARTIAL;
    }

    String finding(long value) {
        return String.format(finding, value);
    }
}
