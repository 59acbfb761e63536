/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.lineage.EpochLineage.EpochStart;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochLineageTest {

    private static final EpochLineage LINEAGE =
            EpochLineage.EMPTY.startingAt(2, 0).startingAt(5, 100).startingAt(6, 250);

    @Test
    void knowsNothingAtFirst() {
        assertThat(EpochLineage.EMPTY.entries()).isEmpty();
        assertThat(EpochLineage.EMPTY.lastEpoch()).isEmpty();
        assertThat(EpochLineage.EMPTY.epochBefore(1_000)).isEmpty();
        assertThat(EpochLineage.EMPTY.knows(0)).isFalse();
    }

    @Test
    void tellsTheEpochOfTheRecordBeforeAnOffset() {
        assertThat(LINEAGE.epochBefore(0)).isEmpty();
        assertThat(LINEAGE.epochBefore(1)).hasValue(2);
        assertThat(LINEAGE.epochBefore(100)).hasValue(2);
        assertThat(LINEAGE.epochBefore(101)).hasValue(5);
        assertThat(LINEAGE.epochBefore(250)).hasValue(5);
        assertThat(LINEAGE.epochBefore(251)).hasValue(6);
        assertThat(LINEAGE.epochBefore(Long.MAX_VALUE)).hasValue(6);
    }

    @Test
    void knowsEpochsUpToItsLast() {
        assertThat(LINEAGE.knows(6)).isTrue();
        assertThat(LINEAGE.knows(3)).isTrue();
        assertThat(LINEAGE.knows(7)).isFalse();
    }

    @Test
    void refusesAnEpochThatIsNotAboveTheLast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LINEAGE.startingAt(6, 300))
                .withMessageContaining("Epoch 6");
    }

    @Test
    void dropsAnEpochOfWhichNothingWasMirrored() {
        EpochLineage grown = LINEAGE.startingAt(8, 250);

        assertThat(grown.entries())
                .containsExactly(new EpochStart(2, 0), new EpochStart(5, 100), new EpochStart(8, 250));
    }

    @Test
    void doesNotChangeWhenAnotherGrowsOutOfIt() {
        EpochLineage grown = LINEAGE.startingAt(9, 400);

        assertThat(grown.lastEpoch()).hasValue(9);
        assertThat(LINEAGE.lastEpoch()).hasValue(6);
    }

    @ParameterizedTest(name = "the source''s epoch {0} ends at {1}: common up to {2}")
    @CsvSource({
        "6, 280, 280",
        "6, 900, 300",
        "5, 250, 250",
        "5, 180, 180",
        "5, 260, 250",
        "4, 200, 100",
        "4, 80, 80",
        "2, 40, 40",
        "1, 500, 0",
        "-1, 0, 0"
    })
    void tellsUpToWhereItAndTheSourceMayHaveTheSameRecords(int sourceEpoch, long sourceEnd, long common) {
        assertThat(LINEAGE.commonEnd(sourceEpoch, sourceEnd, 300)).isEqualTo(common);
    }

    @Test
    void forgetsEpochsOfWhichNothingIsLeft() {
        assertThat(LINEAGE.truncatedTo(100).entries()).containsExactly(new EpochStart(2, 0));
        assertThat(LINEAGE.truncatedTo(101).entries()).hasSize(2);
        assertThat(LINEAGE.truncatedTo(0)).isEqualTo(EpochLineage.EMPTY);
    }

    @Test
    void comesBackFromItsJson() throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();

        String json = mapper.writeValueAsString(LINEAGE);

        assertThat(json).isEqualTo("[[2,0],[5,100],[6,250]]");
        assertThat(mapper.readValue(json, EpochLineage.class))
                .isEqualTo(LINEAGE)
                .hasSameHashCodeAs(LINEAGE);
        assertThat(EpochLineage.of(List.of())).isEqualTo(EpochLineage.EMPTY);
    }
}
