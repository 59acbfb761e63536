/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import io.hawser.plugin.local.DroppedRecords.Range;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** How far one partition is copied that is dropped. Confined to the thread that copies. */
final class PartitionCopy {

    /** Header that tells the records of one reversal from those of another of the same day. */
    private static final String REVERSAL = "hawser.reversal";
    /** Header with how many records of the partition were copied so far, this one too. */
    private static final String COUNT = "hawser.count";

    private final Range range;
    private final int number;
    private final TopicPartition source;
    private final TopicPartition target;
    private final long stableEnd;
    private final long keptEnd;
    private long nextOffset;
    private long count;
    private @Nullable KafkaException failure;

    /**
     * @param logStart before it retention has deleted what there was
     * @param lastStable from there on a transaction is open
     * @param keptEnd of the target's partition, exclusive; 0 if nothing was copied there yet
     */
    PartitionCopy(Range range, int number, long logStart, long lastStable, long keptEnd) {
        this.range = range;
        this.number = number;
        this.source = new TopicPartition(range.topic(), number);
        this.target = new TopicPartition(range.target(), number);
        this.stableEnd = Math.min(end(), lastStable);
        this.keptEnd = keptEnd;
        this.nextOffset = Math.max(range.from().get(number), logStart);
    }

    int number() {
        return number;
    }

    TopicPartition source() {
        return source;
    }

    TopicPartition target() {
        return target;
    }

    /** Exclusive. */
    long end() {
        return range.to().get(number);
    }

    /** Exclusive: as far as it is known which records were committed. */
    long stableEnd() {
        return stableEnd;
    }

    long keptEnd() {
        return keptEnd;
    }

    long nextOffset() {
        return nextOffset;
    }

    long count() {
        return count;
    }

    @Nullable
    KafkaException failure() {
        return failure;
    }

    void fail(KafkaException reason) {
        failure = reason;
    }

    /** @return whether that is progress */
    boolean cameTo(long position) {
        boolean further = position > nextOffset;
        nextOffset = Math.max(nextOffset, position);
        return further;
    }

    /** Goes on where an earlier attempt got to, unless what is there is of another reversal. */
    void goOnBehind(ConsumerRecord<byte[], byte[]> lastCopy) {
        if (range.id().equals(text(lastCopy.headers(), REVERSAL))) {
            cameTo(number(lastCopy.headers(), DroppedRecords.OFFSET) + 1);
            count = number(lastCopy.headers(), COUNT);
        }
    }

    /** The next record, as it is to be kept. */
    ProducerRecord<byte[], byte[]> copyOf(ConsumerRecord<byte[], byte[]> record) {
        count++;
        Headers headers = new RecordHeaders(record.headers());
        headers.add(REVERSAL, text(range.id()));
        headers.add(COUNT, text(String.valueOf(count)));
        headers.add(DroppedRecords.OFFSET, text(String.valueOf(record.offset())));
        return new ProducerRecord<>(
                range.target(),
                number,
                record.timestamp() < 0 ? null : record.timestamp(),
                record.key(),
                record.value(),
                headers);
    }

    private static long number(Headers headers, String name) {
        return Long.parseLong(Objects.requireNonNull(text(headers, name)));
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
