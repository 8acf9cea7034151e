// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.testing.RandomNetworks.Precision;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomNetworksTest {
    @Test
    void shouldLetEveryTwoWidthsMeetInAThirdOfThePrecisions() {
        Set<Precision> ofThreeSeeds = new HashSet<>();
        for (long seed = -1; seed < 2; seed++) {
            List<Precision> pairs = Precision.pairs(seed);
            assertEquals(12, pairs.size());
            Set<String> met = new HashSet<>();
            for (Precision precision : pairs) {
                met.add("input " + precision.input() + ", weights " + precision.weights());
                met.add("input " + precision.input() + ", output " + precision.output());
                met.add("weights " + precision.weights() + ", output " + precision.output());
            }
            assertEquals(9 + 12 + 12, met.size(), "seed " + seed);
            ofThreeSeeds.addAll(pairs);
        }
        assertEquals(new HashSet<>(Precision.all()), ofThreeSeeds);
    }
}
