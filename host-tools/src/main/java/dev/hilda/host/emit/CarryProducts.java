// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.host.kernel.CarryWeights;

/**
 * Products of words of weights with columns of several pixels: {@link CarryAssembly} says in which registers. A product pairs
 * with a load or a mask in one cycle; what is loaded is multiplied two cycles later. A word's weights are in r2 before it and
 * the lanes of the first two pixels in r3 and r4; after the last one those of a word behind it.
 */
final class CarryProducts {
    private static final int PAIR_BYTES = 16;

    private final Instructions lines;
    private final CarrySumRegisters sums;
    private final CarryWeights.Lanes lanes;

    CarryProducts(Instructions lines, CarrySumRegisters sums, CarryWeights.Lanes lanes) {
        this.lines = lines;
        this.sums = sums;
        this.lanes = lanes;
    }

    void begin() {
        lines.add("ldr r2, [r0], #4");
        lines.add("ldr r3, [r1]");
        lines.add("ldr r4, [r1, #4]");
    }

    /**
     * An even number of words.
     *
     * @param moves whether r1 goes on with them
     */
    void words(int count, boolean moves) {
        for (int word = 0; word < count; word++) {
            boolean last = moves && word + 1 == count;
            int next = (word + 1) * PAIR_BYTES;
            String first = last ? "[r1, #%d]!".formatted(next) : "[r1, #%d]".formatted(next);
            String second = "[r1, #%d]".formatted(last ? 4 : next + 4);
            if (sums.channels() == 2) {
                pairsOfChannels(next - PAIR_BYTES, first, second);
            } else if (word % 2 == 0) {
                fourChannels("r2", "r5", first, second);
            } else {
                fourChannels("r5", "r2", first, second);
            }
        }
    }

    /** Four pixels. */
    private void pairsOfChannels(int at, String first, String second) {
        lines.add("%s r5, r2", lanes == CarryWeights.Lanes.CARRY_SIGNED ? "sxtb16" : "uxtb16");
        multiply(1, 0, "r3", "r2");
        multiply(0, 0, "r3", "r5");
        lines.add("ldr r3, [r1, #%d]", at + 8);
        multiply(1, 1, "r4", "r2");
        multiply(0, 1, "r4", "r5");
        lines.add("ldr r4, [r1, #%d]", at + 12);
        multiply(1, 2, "r3", "r2");
        multiply(0, 2, "r3", "r5");
        lines.add("ldr r3, %s", first);
        multiply(1, 3, "r4", "r2");
        lines.add("ldr r2, [r0], #4");
        multiply(0, 3, "r4", "r5");
        lines.add("ldr r4, %s", second);
    }

    /** Two pixels. The next word comes where this one was masked. */
    private void fourChannels(String word, String masked, String first, String second) {
        if (lanes == CarryWeights.Lanes.CARRY_HIGH) {
            lines.add("sxtb16 %s, %s, ror #8", masked, word);
            multiply(3, 0, "r3", masked);
            multiply(3, 1, "r4", masked);
            lines.add("bic %s, %s, #0xF000F000", masked, word);
        } else {
            lines.add("bic %s, %s, #0xF000F000", masked, word);
            multiply(3, 0, "r3", word);
            multiply(3, 1, "r4", word);
        }
        multiply(2, 0, "r3", masked);
        multiply(2, 1, "r4", masked);
        lines.add("and %s, %s, #0x00FF00FF", masked, word);
        lines.add("and %s, %s, #0x000F000F", word, word);
        multiply(1, 0, "r3", masked);
        multiply(1, 1, "r4", masked);
        lines.add("ldr %s, [r0], #4", masked);
        multiply(0, 0, "r3", word);
        lines.add("ldr r3, %s", first);
        multiply(0, 1, "r4", word);
        lines.add("ldr r4, %s", second);
    }

    private void multiply(int channel, int pixel, String inputs, String codes) {
        String sum = sums.of(channel, pixel);
        lines.add("smlad %s, %s, %s, %s", sum, inputs, codes, sum);
    }
}
