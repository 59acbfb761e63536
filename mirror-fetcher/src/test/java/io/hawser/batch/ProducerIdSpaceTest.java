/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProducerIdSpaceTest {
    private static final long MAX_SOURCE_ID = (1L << 40) - 1;

    private final ProducerIdSpace east = ProducerIdSpace.ofSourceCluster("MkU3OEVBNTcwNTJENDM2Qg");
    private final ProducerIdSpace west = ProducerIdSpace.ofSourceCluster("4L6g3nShT-eMCtK--X86sw");

    @Test
    void theTagIsTheFirst22BitsOfTheSha256OfTheClusterId() {
        // SHA-256("abc") begins with ba7816bf (FIPS 180-2, appendix B.1), and 0xba7816bf >>> 10 is 0x2e9e05
        assertThat(ProducerIdSpace.ofSourceCluster("abc").tag()).isEqualTo(0x2e9e05);
    }

    @Test
    void anIdIsBit62AndTheTagAndTheIdAtTheSource() {
        ProducerIdSpace space = new ProducerIdSpace(0x2e9e05);

        assertThat(space.mirrored(0)).isEqualTo(0x6e9e_0500_0000_0000L);
        assertThat(space.mirrored(4711)).isEqualTo(0x6e9e_0500_0000_0000L + 4711);
        assertThat(space.mirrored(MAX_SOURCE_ID)).isEqualTo(0x6e9e_05ff_ffff_ffffL);
    }

    @Test
    void noProducerIdStaysNoProducerId() {
        assertThat(east.mirrored(-1)).isEqualTo(-1);
        assertThat(ProducerIdSpace.isMirrored(-1)).isFalse();
    }

    @Test
    void anIdThatAnotherLinkHasMovedIsLeftAlone() {
        long movedByWest = west.mirrored(17);

        assertThat(east.mirrored(movedByWest)).isEqualTo(movedByWest);
        assertThat(east.mirrored(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(east.mirrored(1L << 62)).isEqualTo(1L << 62);
    }

    @Test
    void noTwoIdsBecomeOne() {
        SplittableRandom random = new SplittableRandom(5);
        Map<Long, Long> sourceByMirrored = new HashMap<>();

        for (int i = 0; i < 200_000; i++) {
            long own = random.nextLong(1L << random.nextInt(41));
            long source = random.nextInt(4) == 0 ? west.mirrored(own) : own;
            long mirrored = east.mirrored(source);
            Long before = sourceByMirrored.put(mirrored, source);

            assertThat(ProducerIdSpace.isMirrored(mirrored)).isTrue();
            assertThat(before == null || before == source)
                    .as("%d and %d both became %d", before, source, mirrored)
                    .isTrue();
        }
    }

    @Test
    void theSameIdOfTwoClustersBecomesTwoIds() {
        assertThat(east.mirrored(1)).isNotEqualTo(west.mirrored(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 40, (1L << 40) + 1, (1L << 62) - 1, -2, Long.MIN_VALUE, Long.MIN_VALUE | (1L << 62)})
    void refusesAnIdThatHasNoPlace(long producerId) {
        assertThat(ProducerIdSpace.accepts(producerId)).isFalse();
        assertThat(ProducerIdSpace.isMirrored(producerId)).isFalse();
        assertThatThrownBy(() -> east.mirrored(producerId))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("producer id " + producerId);
    }

    @Test
    void refusesATagOfMoreThan22Bits() {
        assertThatThrownBy(() -> new ProducerIdSpace(1 << 22)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ProducerIdSpace(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAnEmptyClusterId() {
        assertThatThrownBy(() -> ProducerIdSpace.ofSourceCluster("")).isInstanceOf(IllegalArgumentException.class);
    }
}
