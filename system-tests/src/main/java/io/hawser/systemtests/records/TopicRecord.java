/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** All that a consumer sees of a record, comparable by {@code equals}. Immutable. */
public record TopicRecord(
        int partition,
        long offset,
        long timestamp,
        TimestampType timestampType,
        @Nullable Bytes key,
        @Nullable Bytes value,
        List<RecordHeader> headers) {

    public TopicRecord {
        headers = List.copyOf(headers);
    }

    /** A header in the order of the record; keys may repeat. Immutable. */
    public record RecordHeader(String key, @Nullable Bytes value) {}

    static TopicRecord of(ConsumerRecord<byte[], byte[]> record) {
        List<RecordHeader> headers = StreamSupport.stream(record.headers().spliterator(), false)
                .map(header -> new RecordHeader(header.key(), Bytes.wrap(header.value())))
                .toList();
        return new TopicRecord(
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                Bytes.wrap(record.key()),
                Bytes.wrap(record.value()),
                headers);
    }

    /** What {@link #contentHash(byte[], byte[], Iterable)} says of key, value and headers. */
    int contentHash() {
        int hash = hash(unwrap(key), unwrap(value));
        for (RecordHeader header : headers) {
            hash = next(hash, header.key(), unwrap(header.value()));
        }
        return hash;
    }

    /** A hash by which a record that was sent is known again; the timestamp is left out, as a topic may replace it. */
    static int contentHash(byte @Nullable [] key, byte @Nullable [] value, Iterable<Header> headers) {
        int hash = hash(key, value);
        for (Header header : headers) {
            hash = next(hash, header.key(), header.value());
        }
        return hash;
    }

    private static byte @Nullable [] unwrap(@Nullable Bytes bytes) {
        return bytes == null ? null : bytes.get();
    }

    private static int hash(byte @Nullable [] key, byte @Nullable [] value) {
        return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
    }

    private static int next(int hash, String key, byte @Nullable [] value) {
        return 31 * (31 * hash + key.hashCode()) + Arrays.hashCode(value);
    }
}
