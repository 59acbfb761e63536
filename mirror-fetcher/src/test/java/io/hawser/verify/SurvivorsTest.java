/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.status.VerificationDifference;
import io.hawser.status.VerificationDifference.Kind;
import io.hawser.verify.LogComparison.Need;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Two logs, of each of which a cleaner has taken what it may. */
class SurvivorsTest {

    private static final int BATCHES = 40;

    private final Random random = new Random(3);

    @RepeatedTest(200)
    void excusesWhatEitherCleanerMayTake(RepetitionInfo repetition) {
        Random seeded = new Random(repetition.getCurrentRepetition());
        List<ByteBuffer> log = log(seeded);
        Logs logs = new Logs(seeded, cleaned(log, seeded), Logs.mirrored(cleaned(log, seeded)));
        long end = seeded.nextLong(logs.end() + 1);

        assertThat(verdict(logs, logs.ofSurvivors(0, end), end))
                .as("seed %d", repetition.getCurrentRepetition())
                .isNull();
    }

    /** The last record of a key that is not a tombstone nothing excuses. */
    @RepeatedTest(200)
    void findsALastRecordThatOneSideLacks(RepetitionInfo repetition) {
        Random seeded = new Random(repetition.getCurrentRepetition());
        List<ByteBuffer> log = log(seeded);
        Map<ByteBuffer, Record> last = new HashMap<>();
        log.forEach(batch -> Cleaner.records(batch).forEach(record -> last.put(record.key(), record)));
        Record lost = last.values().stream()
                .filter(Record::hasValue)
                .skip(seeded.nextInt(3))
                .findFirst()
                .orElseThrow();
        List<ByteBuffer> whole = cleaned(log, seeded);
        List<ByteBuffer> lacking = Cleaner.without(cleaned(log, seeded), record -> record.offset() == lost.offset());
        boolean onMirror = seeded.nextBoolean();
        Logs logs = new Logs(seeded, onMirror ? whole : lacking, Logs.mirrored(onMirror ? lacking : whole));

        VerificationDifference found = verdict(logs, logs.ofSurvivors(0, logs.end()), logs.end());

        assertThat(found).as("seed %d", repetition.getCurrentRepetition()).isNotNull();
        assertThat(found.kind()).isEqualTo(onMirror ? Kind.MISSING_ON_MIRROR : Kind.MISSING_ON_SOURCE);
        assertThat(found.offset()).isEqualTo(lost.offset());
    }

    @RepeatedTest(50)
    void findsARecordThatIsAnotherOne(RepetitionInfo repetition) {
        Random seeded = new Random(repetition.getCurrentRepetition());
        List<ByteBuffer> log = log(seeded);
        List<ByteBuffer> changed = new ArrayList<>(log);
        long base = Cleaner.records(log.get(BATCHES - 1)).get(0).offset();
        changed.set(
                BATCHES - 1,
                records(base, CompressionType.GZIP, List.of(new SimpleRecord(9, bytes("k1"), bytes("x")))));
        log.set(
                BATCHES - 1,
                records(base, CompressionType.GZIP, List.of(new SimpleRecord(9, bytes("k1"), bytes("y")))));
        Logs logs = new Logs(seeded, cleaned(log, seeded), Logs.mirrored(cleaned(changed, seeded)));

        VerificationDifference found = verdict(logs, logs.ofSurvivors(0, logs.end()), logs.end());

        assertThat(found).isEqualTo(VerificationDifference.of(Kind.RECORD, base, base, null));
    }

    /** Another leader begins where the one before has kept that it is, and knows nothing else. */
    @RepeatedTest(200)
    void comesToTheSameFromWhereAnotherHasKeptThatItIs(RepetitionInfo repetition) {
        Random seeded = new Random(repetition.getCurrentRepetition());
        List<ByteBuffer> log = log(seeded);
        List<ByteBuffer> other = cleaned(log, seeded);
        int lost = seeded.nextInt(4) == 0 ? seeded.nextInt(other.size()) : other.size();
        List<ByteBuffer> mirror = new ArrayList<>(Logs.mirrored(other));
        if (lost < mirror.size()) {
            mirror.remove(lost);
        }
        Logs logs = new Logs(seeded, cleaned(log, seeded), mirror);
        VerificationDifference whole = verdict(logs, logs.ofSurvivors(0, logs.end()), logs.end());
        LogComparison first = Logs.survivors(0, logs.end(), 1_000);
        int steps = seeded.nextInt(30);
        for (Need need = first.compare(); need != Need.NOTHING && steps > 0; need = first.compare(), steps--) {
            logs.step(first, need, logs.end());
        }

        LogComparison second = logs.ofSurvivors(first.resumeOffset(), logs.end());

        assertThat(verdict(logs, second, logs.end()))
                .as("seed %d, from %d", repetition.getCurrentRepetition(), first.resumeOffset())
                .isEqualTo(whole);
    }

    @Test
    void saysThatTooManyKeysWaitRatherThanToForgetSome() {
        List<ByteBuffer> log = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            log.add(records(i, CompressionType.NONE, List.of(new SimpleRecord(9, bytes("key " + i), bytes("v")))));
        }
        Logs logs = new Logs(random, log, List.of());

        assertThat(logs.ofSurvivors(0, 20, 19).isOverLimit()).isTrue();
        assertThat(logs.ofSurvivors(0, 20, 20).isOverLimit()).isFalse();
    }

    @Test
    void findsAKeyThatLivesOnOnOneSideSinceItsTombstoneNeverCame() {
        ByteBuffer live = records(0, CompressionType.NONE, List.of(new SimpleRecord(9, bytes("k"), bytes("v"))));
        ByteBuffer later = records(7, CompressionType.NONE, List.of(new SimpleRecord(9, bytes("other"), bytes("v"))));
        Logs logs = new Logs(random, List.of(later), Logs.mirrored(List.of(live, later)));

        assertThat(verdict(logs, logs.ofSurvivors(0, 8), 8))
                .extracting(VerificationDifference::kind, VerificationDifference::offset)
                .containsExactly(Kind.MISSING_ON_SOURCE, 0L);
    }

    @Test
    void findsATombstoneThatOneSideLacksWhileTheKeyLivesOnThere() {
        List<ByteBuffer> deleted = List.of(one(0, "k", "v"), one(1, "other", "v"), one(2, "k", null), one(3, "x", "v"));
        List<ByteBuffer> lives = List.of(deleted.get(0), deleted.get(1), deleted.get(3));

        assertThat(verdict(deleted, lives))
                .extracting(VerificationDifference::kind, VerificationDifference::offset)
                .containsExactly(Kind.MISSING_ON_MIRROR, 2L);
        assertThat(verdict(lives, deleted))
                .extracting(VerificationDifference::kind, VerificationDifference::offset)
                .containsExactly(Kind.MISSING_ON_SOURCE, 2L);
        assertThat(verdict(deleted, deleted.subList(1, 2)))
                .extracting(VerificationDifference::offset)
                .as("cleaned away, but the last one is lost")
                .isEqualTo(3L);
    }

    /** What only the side that has the record has later on too says nothing of why the other lacks it. */
    @Test
    void isNotExcusedByALaterRecordThatTheOtherSideDoesNotHaveEither() {
        List<ByteBuffer> source = List.of(one(0, "k", "v"), one(1, "other", "v"), one(2, "k", "w"));
        Logs logs = new Logs(random, source, Logs.mirrored(source.subList(1, 2)));

        assertThat(verdict(logs, logs.ofSurvivors(0, 2), 2))
                .extracting(VerificationDifference::kind, VerificationDifference::offset)
                .containsExactly(Kind.MISSING_ON_MIRROR, 0L);
    }

    @Test
    void readsTheMirrorAgainBeforeTooManyTombstonesAreDoubtful() {
        List<ByteBuffer> source = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            source.add(one(i, "key " + i, null));
        }
        source.add(one(200, "last", "v"));
        Logs logs = new Logs(random, source, Logs.mirrored(source.subList(200, 201)));

        LogComparison comparison = logs.ofSurvivors(0, 201, 20);

        assertThat(comparison.isOverLimit()).isFalse();
        assertThat(verdict(logs, comparison, 201)).isNull();
    }

    private VerificationDifference verdict(List<ByteBuffer> source, List<ByteBuffer> mirror) {
        Logs logs = new Logs(random, source.stream().map(Logs::copy).toList(), Logs.mirrored(mirror));
        return verdict(logs, logs.ofSurvivors(0, logs.end()), logs.end());
    }

    private static ByteBuffer one(long offset, String key, @Nullable String value) {
        SimpleRecord record = new SimpleRecord(9, bytes(key), value == null ? null : bytes(value));
        return records(offset, CompressionType.NONE, List.of(record));
    }

    /** As whoever drives it does: what waits is looked for behind the end, first. */
    private static VerificationDifference verdict(Logs logs, LogComparison comparison, long end) {
        for (Side side : Side.values()) {
            long next = end;
            while (comparison.waits() && next < logs.end()) {
                long behind = comparison.seeLater(side, logs.read(side, next));
                next = behind < 0 ? logs.end() : behind;
            }
        }
        comparison.conclude(0);
        return comparison.difference();
    }

    /** Cleaned up to anywhere, once or twice, with or without its tombstones. */
    private static List<ByteBuffer> cleaned(List<ByteBuffer> log, Random random) {
        List<ByteBuffer> cleaned = log.stream().map(Logs::copy).toList();
        long end = Cleaner.records(log.get(log.size() - 1)).get(0).offset() + 1;
        for (int round = random.nextInt(3); round > 0; round--) {
            boolean tombstonesGo = random.nextBoolean();
            cleaned = Cleaner.clean(cleaned, random.nextLong(end), record -> tombstonesGo);
        }
        return cleaned;
    }

    private static List<ByteBuffer> log(Random random) {
        List<ByteBuffer> log = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < BATCHES; i++) {
            List<SimpleRecord> records = new ArrayList<>();
            for (int count = random.nextInt(1, 6); count > 0; count--) {
                byte[] value = random.nextInt(4) == 0 ? null : bytes("value " + random.nextInt(5));
                records.add(new SimpleRecord(1_000 + i, bytes("k" + random.nextInt(25)), value));
            }
            CompressionType[] codecs = CompressionType.values();
            log.add(records(offset, codecs[random.nextInt(codecs.length)], records));
            offset += records.size();
        }
        return log;
    }

    private static ByteBuffer records(long base, CompressionType codec, List<SimpleRecord> records) {
        return MemoryRecords.withRecords(base, Compression.of(codec).build(), 2, records.toArray(SimpleRecord[]::new))
                .buffer();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
