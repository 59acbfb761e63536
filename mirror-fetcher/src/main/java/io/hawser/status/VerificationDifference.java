/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import org.jspecify.annotations.Nullable;

/**
 * The first place where a mirror is not what its source is.
 *
 * <p>Immutable.
 *
 * @param kind what is the matter
 * @param offset of the first record of the batch that differs, of the record where only that differs
 * @param lastOffset of the batch, inclusive; the same as {@code offset} for a record
 * @param field of the batch's header that differs, as the message format names it; {@code records} for what is behind it; null
 *     where there is nothing to compare
 * @param byteInBatch index of the first byte that differs, from the batch's first byte; null where there is none
 * @param batchBytes size of the source's batch; null where none was compared byte by byte
 * @param sourceIntact whether the source's batch fits its own checksum; null where there is none
 * @param mirrorIntact whether the mirror's batch does
 * @param detail more words, never contents of records
 */
public record VerificationDifference(
        Kind kind,
        long offset,
        long lastOffset,
        @Nullable String field,
        @Nullable Integer byteInBatch,
        @Nullable Integer batchBytes,
        @Nullable Boolean sourceIntact,
        @Nullable Boolean mirrorIntact,
        @Nullable String detail) {

    /** What is the matter. */
    public enum Kind {
        /** The source has what the mirror lacks. */
        MISSING_ON_MIRROR,
        /** The mirror has what the source lacks. */
        MISSING_ON_SOURCE,
        /** Both have a batch there, and it is not the same one. */
        BATCH,
        /** Both have a record there, and it is not the same one. */
        RECORD,
        /** What lies there on the source is no batch. */
        UNREADABLE_ON_SOURCE,
        /** What lies there on the mirror is no batch. */
        UNREADABLE_ON_MIRROR
    }

    /** One that needs no more than words. */
    public static VerificationDifference of(Kind kind, long offset, long lastOffset, @Nullable String detail) {
        return new VerificationDifference(kind, offset, lastOffset, null, null, null, null, null, detail);
    }

    /** The place and what is the matter there, as one sentence without its end. */
    public String text() {
        String place =
                offset == lastOffset ? "offset " + offset : "the batch of offsets " + offset + " to " + lastOffset;
        String what = switch (kind) {
            case MISSING_ON_MIRROR -> place + " is on the source and not on the mirror";
            case MISSING_ON_SOURCE -> place + " is on the mirror and not on the source";
            case BATCH -> place + " differs in " + field + bytes() + checksums();
            case RECORD -> place + " differs";
            case UNREADABLE_ON_SOURCE -> "from " + place + " on the source cannot be read";
            case UNREADABLE_ON_MIRROR -> "from " + place + " on the mirror cannot be read";
        };
        return detail == null ? what : what + ": " + detail;
    }

    private String bytes() {
        return byteInBatch == null ? "" : ", at byte " + byteInBatch + " of " + batchBytes;
    }

    private String checksums() {
        if (sourceIntact == null || mirrorIntact == null) {
            return "";
        }
        if (sourceIntact && mirrorIntact) {
            return "; both fit their checksums, so it was written so";
        }
        if (!sourceIntact && !mirrorIntact) {
            return "; neither fits its checksum, so both are damaged";
        }
        return sourceIntact
                ? "; the mirror's does not fit its checksum, so it is damaged"
                : "; the source's does not fit its checksum, so it is damaged";
    }
}
