// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;
import java.util.SplittableRandom;

/** Codes of a network's input drawn from a seed, all equally likely: the same seed gives the same samples. */
final class SeededCodes implements SampleSource {
    private final Tensor input;
    private final long seed;
    private final int size;

    SeededCodes(Tensor input, long seed, int size) {
        this.input = input;
        this.seed = seed;
        this.size = size;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String id(int index) {
        return "input " + index + " of seed " + seed;
    }

    @Override
    public byte[] read(int index) {
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed + index).nextLong());
        byte[] codes = new byte[input.shape().elements()];
        for (int element = 0; element < codes.length; element++) {
            codes[element] = (byte) random.nextInt(Bits.highestCode(input.bits()) + 1);
        }
        return codes;
    }
}
