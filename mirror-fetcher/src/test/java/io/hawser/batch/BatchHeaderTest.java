/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.junit.jupiter.api.Test;

class BatchHeaderTest {
    private final RandomBatches batches = new RandomBatches(new SplittableRandom(11));

    @Test
    void readsWhatKafkaReads() {
        for (int i = 0; i < 500; i++) {
            ByteBuffer records = batches.inOneBuffer(List.of(batches.next(100)));
            int position = records.position();

            DefaultRecordBatch kafkas = (DefaultRecordBatch) RandomBatches.theOneBatch(records);

            assertThat(BatchHeader.baseOffset(records, position)).isEqualTo(kafkas.baseOffset());
            assertThat(BatchHeader.batchLength(records, position)).isEqualTo(kafkas.sizeInBytes() - 12);
            assertThat(BatchHeader.sizeInBytes(records, position)).isEqualTo(kafkas.sizeInBytes());
            assertThat(BatchHeader.partitionLeaderEpoch(records, position)).isEqualTo(kafkas.partitionLeaderEpoch());
            assertThat(BatchHeader.magic(records, position)).isEqualTo(kafkas.magic());
            assertThat(BatchHeader.crc(records, position)).isEqualTo((int) kafkas.checksum());
            assertThat(BatchHeader.attributes(records, position) & 7).isEqualTo(kafkas.compressionType().id);
            assertThat(BatchHeader.lastOffset(records, position)).isEqualTo(kafkas.lastOffset());
            assertThat(BatchHeader.baseTimestamp(records, position)).isEqualTo(kafkas.baseTimestamp());
            assertThat(BatchHeader.maxTimestamp(records, position)).isEqualTo(kafkas.maxTimestamp());
            assertThat(BatchHeader.producerId(records, position)).isEqualTo(kafkas.producerId());
            assertThat(BatchHeader.producerEpoch(records, position)).isEqualTo(kafkas.producerEpoch());
            assertThat(BatchHeader.baseSequence(records, position)).isEqualTo(kafkas.baseSequence());
            assertThat(BatchHeader.recordCount(records, position)).isEqualTo(kafkas.countOrNull());
            assertThat(BatchHeader.isTransactional(records, position)).isEqualTo(kafkas.isTransactional());
            assertThat(BatchHeader.isControl(records, position)).isEqualTo(kafkas.isControlBatch());
        }
    }

    @Test
    void aHeaderIsAsLongAsKafkas() {
        assertThat(BatchHeader.HEADER_BYTES).isEqualTo(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
    }
}
