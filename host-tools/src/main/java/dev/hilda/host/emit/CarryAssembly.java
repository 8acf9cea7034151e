// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Requantization;
import dev.hilda.host.kernel.CarryConvolutionScheme;
import dev.hilda.host.kernel.CarryWeights;

/**
 * The inner loop of {@code kernels/carry_convolution.h} for one layer, in Armv7E-M instructions: a group of four pixels, or
 * one pixel, by sets of output channels. At most eight sums at a time, of two channels and four pixels or of four channels
 * and two pixels, or four of a pixel; they have a start, products and a finish.
 *
 * <p>Registers: r0 weights, r1 column, r2 and r5 a word of weights and what is masked of it, r3 and r4 lanes of two pixels,
 * the others sums ({@link CarrySumRegisters}); of one pixel as {@link CarryPixelProducts} has them. Whatever else
 * is kept lies on the stack.
 */
final class CarryAssembly {
    private static final int GROUP = 4;
    private static final int PAIR_BYTES = GROUP * Integer.BYTES;

    /** Of a column of this many words no loop is made. */
    private static final int MOST_UNROLLED = 32;

    /** Its last load moves the column's register, by at most 255 bytes. */
    private static final int LOOP_WORDS = 14;

    private static final int MOST_OFFSET = 4095;

    // On the stack: what was pushed lies above, then the arguments that came by it.
    private static final int STARTS = 0;
    private static final int OUTPUT = 4;
    private static final int COLUMN = 8;
    private static final int END = 12;
    private static final int FIRST_WEIGHTS = 16;
    /** And the first output behind it. */
    private static final int FIRST_STARTS = 20;

    private static final int ALL_SETS = 28;
    private static final int FRAME_BYTES = 32;
    private static final int PUSHED_BYTES = 9 * Integer.BYTES;
    private static final int SUMS = FRAME_BYTES + PUSHED_BYTES;
    private static final int SETS = SUMS + Integer.BYTES;

    private final CarryConvolutionScheme scheme;
    private final CarryWeights weights;
    private final CarrySumRegisters sums;
    private final CarryStarts starts;
    private final Instructions lines = new Instructions();

    private CarryAssembly(CarryConvolutionScheme scheme, CarryWeights weights, CarrySumRegisters sums) {
        this.scheme = scheme;
        this.weights = weights;
        this.sums = sums;
        boolean multiplied = scheme.layer().requantization().multipliers().size() > 0;
        starts = new CarryStarts(sums.channels(), weights.corrected(), multiplied, weights.raised());
    }

    /** Whether there is one for this layer. */
    static boolean exists(CarryWeights weights) {
        return weights.lanes() != CarryWeights.Lanes.CARRY_EXACT;
    }

    /** Whether it makes outputs of its sums, too: all codes, or each channel's own sum. */
    static boolean storesOutputs(CarryConvolutionScheme scheme, CarryWeights weights) {
        Requantization to = scheme.layer().requantization();
        int bits = scheme.output().bits();
        int setBits = bits * inSet(scheme);
        boolean codes = to.multipliers().size() > 0
                && bits <= Byte.SIZE
                && to.low() == 0
                && to.high() == Bits.highestCode(bits);
        return exists(weights)
                && (codes || (to.isRaw() && bits == Integer.SIZE))
                && scheme.output().shape().channels() % inSet(scheme) == 0
                && setBits % Byte.SIZE == 0
                && (GROUP - 1) * scheme.output().pixelBytes() + setBits / Byte.SIZE <= MOST_OFFSET;
    }

    /** Definition of the function for a group. */
    static String ofGroup(String name, CarryConvolutionScheme scheme, CarryWeights weights) {
        return function(name, scheme, weights, CarrySumRegisters.ofSeveral(inSet(scheme)));
    }

    /** Definition of the function for one pixel. */
    static String ofPixel(String name, CarryConvolutionScheme scheme, CarryWeights weights) {
        return function(name, scheme, weights, CarrySumRegisters.ofPixel(inSet(scheme), weights.setsAtOnce()));
    }

    private static String function(
            String name, CarryConvolutionScheme scheme, CarryWeights weights, CarrySumRegisters sums) {
        CarryAssembly assembly = new CarryAssembly(scheme, weights, sums);
        assembly.block();
        return """
                #if HAS_ASSEMBLY
                BLOCK(%s) {
                    __asm__(
                %s    );
                }
                #endif
                """.formatted(name, assembly.lines.text());
    }

    private static int inSet(CarryConvolutionScheme scheme) {
        return CarryWeights.setChannels(scheme.layer().weights().bits());
    }

    private void block() {
        lines.add("push {r4-r11, lr}");
        lines.add("sub sp, #%d", FRAME_BYTES);
        lines.add("strd r2, r3, [sp, #%d]", STARTS);
        lines.add("str r1, [sp, #%d]", COLUMN);
        int loopEnd = loopEndBytes();
        if (loopEnd > 0) {
            lines.addConstant("r4", loopEnd);
            lines.add("add r4, r1");
            lines.add("str r4, [sp, #%d]", END);
        }
        if (halves()) {
            lines.add("str r0, [sp, #%d]", FIRST_WEIGHTS);
            lines.add("strd r2, r3, [sp, #%d]", FIRST_STARTS);
            lines.add("ldr r4, [sp, #%d]", SETS);
            lines.add("str r4, [sp, #%d]", ALL_SETS);
        }
        lines.label("1");
        sums.start(lines, starts, "[sp, #%d]".formatted(SUMS));
        if (sums.pixels() == 1) {
            products(words()).multiply("[sp, #%d]".formatted(END));
        } else {
            multiplySeveral();
        }
        if (storesOutputs(scheme, weights)) {
            finish();
        } else {
            lines.add("ldr r1, [sp, #%d]", OUTPUT);
            sums.storeSums(lines);
        }
        if (halves()) {
            otherHalf(loopEnd > 0);
        }
        lines.add("add sp, #%d", FRAME_BYTES);
        lines.add("pop {r4-r11, pc}");
    }

    private CarryPixelProducts products(int pairs) {
        return new CarryPixelProducts(lines, sums, weights.lanes(), pairs);
    }

    private int loopEndBytes() {
        return sums.pixels() == 1 ? products(words()).loopEndBytes() : looped() * PAIR_BYTES;
    }

    private int looped() {
        return words() <= MOST_UNROLLED ? 0 : words() / LOOP_WORDS * LOOP_WORDS;
    }

    private int words() {
        return scheme.tiles().columnPairs();
    }

    private boolean halves() {
        return sums.pixels() == 2;
    }

    private void multiplySeveral() {
        CarryProducts products = new CarryProducts(lines, sums, weights.lanes());
        products.begin();
        if (looped() > 0) {
            lines.label("2");
            products.words(LOOP_WORDS, true);
            lines.add("ldr r5, [sp, #%d]", END);
            lines.add("cmp r1, r5");
            lines.add("bne 2b");
        }
        products.words(words() - looped(), false);
        lines.add("sub r0, #%d", Integer.BYTES);
    }

    /** Makes outputs; goes on with the next sets. */
    private void finish() {
        int bits = scheme.output().bits();
        lines.add("ldrd r4, r1, [sp, #%d]", STARTS);
        Requantization to = scheme.layer().requantization();
        new CarryFinish(lines, sums, weights, starts, to)
                .add(bits, scheme.output().pixelBytes());
        lines.add("add r2, r4, #%d", sums.sets() * starts.setBytes());
        lines.add("add r3, r1, #%d", sums.sets() * sums.channels() * bits / Byte.SIZE);
        lines.add("ldr r4, [sp, #%d]", SETS);
        lines.add("ldr r1, [sp, #%d]", COLUMN);
        lines.add("strd r2, r3, [sp, #%d]", STARTS);
        lines.add("subs r4, #%d", sums.sets());
        lines.add("str r4, [sp, #%d]", SETS);
        lines.add("bne 1b");
    }

    /** All again for the other two pixels. Columns are aligned to 16 bytes: bit 3 of the address tells the half. */
    private void otherHalf(boolean looped) {
        boolean outputs = storesOutputs(scheme, weights);
        lines.add("ldr r1, [sp, #%d]", COLUMN);
        lines.add("eors r1, #8");
        lines.add("tst r1, #8");
        lines.add("beq 3f");
        lines.add("str r1, [sp, #%d]", COLUMN);
        flip(SUMS);
        if (looped) {
            flip(END);
        }
        lines.add("ldrd r2, r3, [sp, #%d]", FIRST_STARTS);
        lines.add("ldr r0, [sp, #%d]", FIRST_WEIGHTS);
        lines.add("ldr r4, [sp, #%d]", ALL_SETS);
        int pixelBytes = outputs ? scheme.output().pixelBytes() : CarrySumRegisters.STORED_BYTES;
        lines.add("addw r3, r3, #%d", sums.pixels() * pixelBytes);
        lines.add("strd r2, r3, [sp, #%d]", STARTS);
        lines.add("str r4, [sp, #%d]", SETS);
        lines.add("b 1b");
        lines.label("3");
    }

    private void flip(int at) {
        lines.add("ldr r4, [sp, #%d]", at);
        lines.add("eor r4, #8");
        lines.add("str r4, [sp, #%d]", at);
    }
}
