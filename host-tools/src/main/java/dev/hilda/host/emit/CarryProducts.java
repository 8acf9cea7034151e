// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.host.kernel.CarryWeights;

/**
 * Products of words of weights with columns: {@link CarryAssembly} says in which registers. A product pairs with a load or a
 * mask in one cycle; what is loaded is multiplied two cycles later. Of several pixels a word's weights are in r2 before it
 * and the lanes of the first two pixels in r3 and r4; after the last one those of a word behind it. Of one pixel two words
 * and their lanes are in r2 and r3, r5 and r4.
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

    /** Holds nothing between words of an even number. */
    String free() {
        return sums.pixels() == 1 ? "r12" : "r5";
    }

    /** How many words are loaded before they are multiplied. */
    int ahead() {
        return sums.pixels() == 1 ? 2 : 1;
    }

    void begin() {
        lines.add("ldr r2, [r0], #4");
        lines.add("ldr r3, [r1]");
        if (sums.pixels() == 1) {
            lines.add("ldr r5, [r0], #4");
            lines.add("ldr r4, [r1, #%d]", PAIR_BYTES);
        } else {
            lines.add("ldr r4, [r1, #4]");
        }
    }

    /**
     * An even number of words.
     *
     * @param moves whether r1 goes on with them
     */
    void words(int count, boolean moves) {
        if (sums.pixels() == 1) {
            wordsOfOne(count, moves);
            return;
        }
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

    private void wordsOfOne(int count, boolean moves) {
        for (int word = 0; word < count; word++) {
            String weights = word % 2 == 0 ? "r2" : "r5";
            String inputs = word % 2 == 0 ? "r3" : "r4";
            if (sums.channels() == 2) {
                lines.add("%s r12, %s", unpacking(), weights);
                multiply(1, 0, inputs, weights);
                multiply(0, 0, inputs, "r12");
            } else {
                fourChannelsOfOne(weights, inputs);
            }
            boolean last = moves && word + 1 == count;
            lines.add("ldr %s, [r1, #%d]", inputs, (word + 2) * PAIR_BYTES);
            lines.add("ldr %s, [r0], #4", weights);
            if (last) {
                lines.add("add r1, #%d", count * PAIR_BYTES);
            }
        }
    }

    private void fourChannelsOfOne(String weights, String inputs) {
        boolean high = lanes == CarryWeights.Lanes.CARRY_HIGH;
        if (high) {
            lines.add("sxtb16 lr, %s, ror #8", weights);
        }
        lines.add("bic r12, %s, #0xF000F000", weights);
        multiply(3, 0, inputs, high ? "lr" : weights);
        lines.add("and lr, %s, #0x00FF00FF", weights);
        multiply(2, 0, inputs, "r12");
        lines.add("and r12, %s, #0x000F000F", weights);
        multiply(1, 0, inputs, "lr");
        multiply(0, 0, inputs, "r12");
    }

    private String unpacking() {
        return lanes == CarryWeights.Lanes.CARRY_SIGNED ? "sxtb16" : "uxtb16";
    }

    /** Four pixels. */
    private void pairsOfChannels(int at, String first, String second) {
        lines.add("%s r5, r2", unpacking());
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
