// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.host.kernel.CarryWeights;
import java.util.List;

/**
 * Products of words of weights with one pixel's column. A word's last product pairs with a load, the others each with a mask;
 * loads that are left over pair with each other. They are in order of their use, and nothing behind the last word is loaded.
 *
 * <p>Of weights four words take turns in registers, of inputs four, or two where two sets share each. If the last channel's
 * codes are alone, they take a register more, and of either two take turns.
 */
final class CarryPixelProducts {
    private static final int PAIR_BYTES = 16;

    /**
     * Of a loop: a line of the flash. Weights are read once, so that longer code takes as many cycles until it is fetched as it
     * saves. Its last load moves the column's register by at most 255 bytes.
     */
    private static final int LOOP_WORDS = 8;

    /** Of a column of this many words no loop is made. */
    private static final int MOST_UNROLLED = 16;

    /** That a loop leaves, so that it loads nothing behind the last one. */
    private static final int LEAST_LEFT = 3;

    private final Instructions lines;
    private final CarrySumRegisters sums;
    private final boolean lastIsAlone;
    private final String unpacking;
    private final String unpacked;
    private final List<String> words;
    private final List<String> inputs;
    private final int pairs;

    // Since the column's start or the loop's: what is loaded, which pair r1 points to, and how many there are.
    private int loadedWords;
    private int loadedInputs;
    private int base;
    private int end;

    CarryPixelProducts(Instructions lines, CarrySumRegisters sums, CarryWeights.Lanes lanes, int pairs) {
        this.lines = lines;
        this.sums = sums;
        this.pairs = pairs;
        lastIsAlone = lanes == CarryWeights.Lanes.CARRY_HIGH;
        unpacking = lanes == CarryWeights.Lanes.CARRY_SIGNED ? "sxtb16" : "uxtb16";
        unpacked = sums.sets() == 2 ? "r10" : "r8";
        words = lastIsAlone ? List.of("r2", "r5") : List.of("r2", "r5", "r12", "lr");
        inputs = lastIsAlone || sums.sets() == 2 ? List.of("r3", "r4") : List.of("r3", "r4", "r10", "r11");
    }

    /** What to add to the column's address to know the end of the loop by; 0: there is none. */
    int loopEndBytes() {
        return looped() == 0 ? 0 : (looped() + inputsAhead() - 1) * PAIR_BYTES;
    }

    private int looped() {
        return pairs * sums.sets() <= MOST_UNROLLED ? 0 : (pairs - LEAST_LEFT) / loopPairs() * loopPairs();
    }

    private int loopPairs() {
        return LOOP_WORDS / sums.sets();
    }

    private int wordsAhead() {
        return words.size() - 1;
    }

    private int inputsAhead() {
        return sums.sets() == 2 ? 2 : inputs.size() - 1;
    }

    /**
     * All of a column.
     *
     * @param loopEnd where the address is that the loop ends at
     */
    void multiply(String loopEnd) {
        loadedWords = 0;
        loadedInputs = 0;
        base = 0;
        end = pairs;
        while (loadedWords < Math.min(wordsAhead(), pairs * sums.sets())) {
            loadWord();
            if (loadedInputs < inputsAhead()) {
                loadInputs(looped() > 0 && loadedInputs + 1 == inputsAhead());
            }
        }
        if (looped() > 0) {
            base = inputsAhead() - 1;
            loop(loopEnd);
            end = pairs - looped();
            loadedWords = wordsAhead();
            loadedInputs = inputsAhead();
        }
        for (int word = 0; word < end * sums.sets(); word++) {
            word(word, false);
        }
    }

    private void loop(String loopEnd) {
        // Three words of four are loaded where it begins: there is a register for its end, of the fourth or of none.
        boolean kept = inputs.size() == 2;
        if (kept) {
            lines.add("ldr r11, %s", loopEnd);
        }
        lines.label("2");
        for (int word = 0; word < LOOP_WORDS; word++) {
            word(word, word + 1 == LOOP_WORDS);
        }
        if (!kept) {
            lines.add("ldr lr, %s", loopEnd);
        }
        lines.add("cmp r1, %s", kept ? "r11" : "lr");
        lines.add("bne 2b");
    }

    /**
     * One word's products.
     *
     * @param moves whether r1 goes on with the last load
     */
    private void word(int index, boolean moves) {
        String codes = words.get(index % words.size());
        String lanes = inputs.get(index / sums.sets() % inputs.size());
        int set = index % sums.sets();
        int turn = index % 4;
        if (lastIsAlone) {
            lines.add("sxtb16 r12, %s, ror #8", codes);
            multiply(3, set, lanes, "r12");
            lines.add("bic %s, %s, #0xF000F000", codes, codes);
            multiply(2, set, lanes, codes);
            loadWord();
            loadInputs(moves);
            lines.add("and %s, %s, #0x00FF00FF", codes, codes);
            multiply(1, set, lanes, codes);
            lines.add("and %s, %s, #0x000F000F", codes, codes);
            multiply(0, set, lanes, codes);
            return;
        }
        if (sums.channels() == 2) {
            lines.add("%s %s, %s", unpacking, unpacked, codes);
            multiply(1, set, lanes, codes);
            multiply(0, set, lanes, unpacked);
            loadOne(turn);
        } else {
            multiply(3, set, lanes, codes);
            lines.add("bic %s, %s, #0xF000F000", codes, codes);
            multiply(2, set, lanes, codes);
            lines.add("and %s, %s, #0x00FF00FF", codes, codes);
            multiply(1, set, lanes, codes);
            lines.add("and %s, %s, #0x000F000F", codes, codes);
            multiply(0, set, lanes, codes);
            loadOne(turn);
        }
        if (sums.sets() == 2 ? turn == 3 : turn % 2 == 1) {
            loadWord();
            loadInputs(moves);
        }
    }

    private void loadOne(int turn) {
        if (sums.sets() == 2 ? turn == 2 : turn % 2 == 1) {
            loadInputs(false);
        } else {
            loadWord();
        }
    }

    private void multiply(int channel, int set, String inputLanes, String codes) {
        String sum = sums.of(channel, set);
        lines.add("smlad %s, %s, %s, %s", sum, inputLanes, codes, sum);
    }

    private void loadWord() {
        if (loadedWords < end * sums.sets()) {
            lines.add("ldr %s, [r0], #4", words.get(loadedWords % words.size()));
            loadedWords++;
        }
    }

    private void loadInputs(boolean moves) {
        if (loadedInputs < end) {
            String to = inputs.get(loadedInputs % inputs.size());
            lines.add("ldr %s, [r1, #%d]%s", to, (loadedInputs - base) * PAIR_BYTES, moves ? "!" : "");
            loadedInputs++;
        }
    }
}
