// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.kernel.Reach;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ArenaDemandPropertyTest {
    /** Of all that a layer reads: not what a later one reads too, nor what the network answers with. */
    @Property(tries = 300)
    void shouldOverlayExactlyWhatNothingNeedsAfterwards(@ForAll long seed) {
        IntegerNetwork network =
                seed % 2 == 0 ? RandomNetworks.severalOutputs(seed) : RandomNetworks.severalInputs(seed);
        Set<Overlap> expected = new HashSet<>();
        for (int index = 0; index < network.layers().size(); index++) {
            Layer layer = network.layers().get(index);
            List<Reach> reach = KernelScheme.of(network, layer).reach();
            for (int input : Set.copyOf(layer.inputs())) {
                if (!isNeededAfter(network, index, input)) {
                    expected.add(new Overlap(layer.output(), input, farthest(layer.inputs(), reach, input)));
                }
            }
        }
        assertEquals(expected, Set.copyOf(ArenaDemand.of(network).overlaps()), network.name());
    }

    private static boolean isNeededAfter(IntegerNetwork network, int layer, int tensor) {
        return network.outputs().contains(tensor)
                || network.layers().subList(layer + 1, network.layers().size()).stream()
                        .anyMatch(later -> later.inputs().contains(tensor));
    }

    /** In whole words; a tensor may be read as several inputs. */
    private static int farthest(List<Integer> inputs, List<Reach> reach, int tensor) {
        long farthest = 0;
        for (int position = 0; position < inputs.size(); position++) {
            farthest = inputs.get(position) == tensor
                    ? Math.max(farthest, reach.get(position).behindBytes())
                    : farthest;
        }
        return (int) ((farthest + 3) / 4 * 4);
    }
}
