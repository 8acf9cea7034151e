// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.host.kernel.CarryWeights;
import java.util.List;

/** The sums of {@link CarryAssembly}: of two channels and four pixels, of four and two, or of one pixel. */
final class CarrySumRegisters {
    /** Of a pixel's sums in memory: {@code CarrySums} of {@code kernels/carry_multiply.h}. */
    static final int STORED_BYTES = 16;

    private static final List<String> REGISTERS = List.of("r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr");
    private static final int LANE_BITS = 16;

    private final int channels;
    private final int pixels;

    CarrySumRegisters(int channels, int pixels) {
        this.channels = channels;
        this.pixels = pixels;
    }

    /** As many pixels as there are registers for. */
    static CarrySumRegisters ofSeveral(int channels) {
        return new CarrySumRegisters(channels, REGISTERS.size() / channels);
    }

    int channels() {
        return channels;
    }

    int pixels() {
        return pixels;
    }

    /** The last channel's come first. */
    String of(int channel, int pixel) {
        return REGISTERS.get((channels - 1 - channel) * pixels + pixel);
    }

    private int weightBits() {
        return LANE_BITS / channels;
    }

    /**
     * From what r2 points to.
     *
     * @param columnSums where the address of Σx of each pixel is
     */
    void start(Instructions lines, boolean corrected, String columnSums) {
        if (!corrected) {
            for (int channel = channels - 1; channel >= 0; channel--) {
                lines.add("ldr %s, [r2, #%d]", of(channel, 0), (channels - 1 - channel) * Integer.BYTES);
                for (int pixel = 1; pixel < pixels; pixel++) {
                    lines.add("mov %s, %s", of(channel, pixel), of(channel, 0));
                }
            }
        } else if (channels == 2 && pixels == 4) {
            lines.add("ldr r3, %s", columnSums);
            lines.add("ldm r2, {r2, r4, r5, r10}");
            lines.add("ldm r3, {r6, r7, r8, r9}");
            lines.add("mla r11, r7, r10, r5");
            lines.add("mla r12, r8, r10, r5");
            lines.add("mla lr, r9, r10, r5");
            lines.add("mla r10, r6, r10, r5");
            for (int pixel = 0; pixel < pixels; pixel++) {
                lines.add("mla %s, %s, r4, r2", of(1, pixel), of(1, pixel));
            }
        } else if (pixels == 2) {
            lines.add("ldr r3, %s", columnSums);
            lines.add("ldm r2, {r6, r7, r8, r9, r10, r11, r12, lr}");
            lines.add("ldrd r4, r5, [r3]");
            for (int channel = channels - 1; channel >= 0; channel--) {
                String start = of(channel, 0);
                String factor = of(channel, 1);
                String sum = channel % 2 == 0 ? "r2" : "r3";
                lines.add("mla %s, %s, r4, %s", sum, factor, start);
                lines.add("mla %s, %s, r5, %s", factor, factor, start);
                lines.add("mov %s, %s", start, sum);
            }
        } else {
            lines.add("ldr r3, %s", columnSums);
            lines.add("ldr r4, [r3]");
            for (int channel = channels - 1; channel >= 0; channel--) {
                lines.add("ldrd r3, lr, [r2, #%d]", (channels - 1 - channel) * 2 * Integer.BYTES);
                lines.add("mla %s, lr, r4, r3", of(channel, 0));
            }
        }
    }

    /** Each channel's own, shifted left as its requantization asks. */
    void takeApart(Instructions lines, CarryWeights.Lanes lanes, int leftShift) {
        int last = channels - 1;
        boolean high = lanes == CarryWeights.Lanes.CARRY_HIGH;
        for (int channel = last; channel > 0; channel--) {
            if (!(high && channel == last)) {
                subtract(lines, channel, channel - 1);
            }
        }
        if (high) {
            shift(lines, last - 1, -(last - 1) * weightBits());
            subtract(lines, last, last - 1);
            shift(lines, last, leftShift - weightBits());
            shift(lines, last - 1, leftShift);
        }
        for (int channel = 0; channel < (high ? last - 1 : channels); channel++) {
            shift(lines, channel, leftShift - channel * weightBits());
        }
    }

    /**
     * Likewise, with what of a bias they did not carry.
     *
     * @param starts the register that {@code raisesAt} is relative to
     */
    void takeApartAndRaise(Instructions lines, CarryWeights.Lanes lanes, String starts, int raisesAt, int leftShift) {
        takeApart(lines, lanes, 0);
        for (int channel = 1; channel < channels; channel++) {
            lines.add("ldr r2, [%s, #%d]", starts, raisesAt + (channel - 1) * Integer.BYTES);
            for (int pixel = 0; pixel < pixels; pixel++) {
                lines.add("add %s, %s, r2", of(channel, pixel), of(channel, pixel));
            }
        }
        for (int channel = 0; channel < channels; channel++) {
            shift(lines, channel, leftShift);
        }
    }

    private void subtract(Instructions lines, int channel, int below) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            lines.add("sub %s, %s, %s", of(channel, pixel), of(channel, pixel), of(below, pixel));
        }
    }

    private void shift(Instructions lines, int channel, int left) {
        for (int pixel = 0; pixel < pixels && left != 0; pixel++) {
            String sum = of(channel, pixel);
            lines.add("%s %s, %s, #%d", left > 0 ? "lsl" : "asr", sum, sum, Math.abs(left));
        }
    }

    /**
     * Equation 1 of INTEGER.md, clamped to all codes. r5 holds the addend.
     *
     * @param starts the register that {@code multipliersAt} is relative to
     */
    void requantize(Instructions lines, String starts, int multipliersAt, int bits, int rightShift) {
        for (int channel = 0; channel < channels; channel += 2) {
            lines.add("ldrd r2, r3, [%s, #%d]", starts, multipliersAt + channel * Integer.BYTES);
            for (int upper = 0; upper < 2; upper++) {
                for (int pixel = 0; pixel < pixels; pixel++) {
                    String sum = of(channel + upper, pixel);
                    lines.add("smmla %s, %s, %s, r5", sum, sum, upper == 0 ? "r2" : "r3");
                }
            }
            for (int upper = 0; upper < 2; upper++) {
                for (int pixel = 0; pixel < pixels; pixel++) {
                    String sum = of(channel + upper, pixel);
                    lines.add("usat %s, #%d, %s%s", sum, bits, sum, rightShift == 0 ? "" : ", asr #" + rightShift);
                }
            }
        }
    }

    /** From r1 on. */
    void store(Instructions lines, int bits, int pixelBytes) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            int at = pixel * pixelBytes;
            if (bits == Byte.SIZE && channels == 2) {
                lines.add("strb %s, [r1, #%d]", of(0, pixel), at);
                lines.add("strb %s, [r1, #%d]", of(1, pixel), at + 1);
                continue;
            }
            for (int channel = 1; channel < channels; channel++) {
                lines.add("orr %s, %s, %s, lsl #%d", of(0, pixel), of(0, pixel), of(channel, pixel), channel * bits);
            }
            int setBits = channels * bits;
            lines.add("%s %s, [r1, #%d]", setBits == 32 ? "str" : setBits == 16 ? "strh" : "strb", of(0, pixel), at);
        }
    }

    /** Themselves, from r1 on. */
    void storeSums(Instructions lines) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int channel = 0; channel < channels; channel++) {
                lines.add("str %s, [r1, #%d]", of(channel, pixel), pixel * STORED_BYTES + channel * Integer.BYTES);
            }
        }
    }
}
