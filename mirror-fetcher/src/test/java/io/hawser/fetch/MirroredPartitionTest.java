/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.lineage.EpochLineage;
import org.junit.jupiter.api.Test;

class MirroredPartitionTest {

    private final MirroredPartition ofReplica =
            new MirroredPartition(Bench.assignment(0, 1), EpochLineage.EMPTY, 5, 5, true, true, new Sightings());

    @Test
    void doesNotKnowItsLagBeforeTheLeaderHasToldHowMuchThereIs() {
        ofReplica.heard(5, 0, 1_000, 0);

        assertThat(ofReplica.progress().sourceHighWatermark()).isEqualTo(-1);
        assertThat(ofReplica.progress().caughtUp()).isFalse();
        assertThat(ofReplica.progress().caughtUpMs()).isEqualTo(-1);
    }

    @Test
    void isBehindWhatTheLeaderHasThoughTheReplicaHasNoMore() {
        ofReplica.heardOfLeader(8, -1, 1_000);
        ofReplica.heard(5, 0, 1_100, 0);

        assertThat(ofReplica.progress().sourceHighWatermark()).isEqualTo(8);
        assertThat(ofReplica.progress().caughtUp()).isFalse();

        ofReplica.moveTo(8);
        ofReplica.heard(8, 0, 1_200, 0);
        assertThat(ofReplica.progress().caughtUp()).isTrue();
        assertThat(ofReplica.progress().caughtUpMs()).isEqualTo(1_200);
    }

    @Test
    void isStuckWhileNothingComesOfWhatTheLeaderHadBefore() {
        ofReplica.heardOfLeader(8, -1, 1_000);
        ofReplica.heardOfLeader(9, -1, 2_000);
        ofReplica.heardOfLeader(9, -1, 3_000);
        assertThat(ofReplica.timesStuck()).isEqualTo(2);

        ofReplica.moveTo(6);
        ofReplica.heardOfLeader(9, -1, 4_000);
        assertThat(ofReplica.timesStuck()).isZero();
    }

    @Test
    void isNotStuckWhereThereIsNothingMore() {
        for (int nowMs = 1_000; nowMs < 5_000; nowMs += 1_000) {
            ofReplica.heardOfLeader(5, -1, nowMs);
        }

        assertThat(ofReplica.timesStuck()).isZero();
    }
}
