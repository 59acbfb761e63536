/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import org.junit.jupiter.api.Test;

/**
 * Random faults, many times: whatever happens, the mirror is a prefix of what the source was at some time, never a mixture,
 * and once nothing fails any more it is the whole of what the source is. The seed of a run that fails is in its message.
 */
class BrokerFetchSimulationTest {

    private static final int SEEDS = Integer.getInteger("hawser.simulation.seeds", 10_000);
    private static final int STEPS_WITH_FAULTS = 120;
    private static final int STEPS_TO_HEAL = 400;

    @Test
    void isAlwaysAPrefixOfTheSourceAndInTheEndTheWhole() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            try {
                for (int step = 0; step < STEPS_WITH_FAULTS; step++) {
                    simulation.step(true);
                    simulation.requirePrefix();
                }
                for (int step = 0; step < STEPS_TO_HEAL && !simulation.isWhole(); step++) {
                    simulation.step(false);
                    simulation.requirePrefix();
                }
                simulation.requireWhole();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + simulation, e);
            }
        }
    }
}
