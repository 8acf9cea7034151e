// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import java.util.List;

/** The sums of {@link CarryAssembly}: of two channels and four pixels, of four and two, or of one pixel and some sets. */
final class CarrySumRegisters {
    /** Of a pixel's sums in memory: {@code CarrySums} of {@code kernels/carry_multiply.h}. */
    static final int STORED_BYTES = 16;

    private static final List<String> REGISTERS = List.of("r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr");

    private final int channels;
    private final int pixels;
    private final int sets;

    private CarrySumRegisters(int channels, int pixels, int sets) {
        this.channels = channels;
        this.pixels = pixels;
        this.sets = sets;
    }

    /**
     * As many pixels as there are registers for.
     *
     * @param channels of a set
     */
    static CarrySumRegisters ofSeveral(int channels) {
        return new CarrySumRegisters(channels, REGISTERS.size() / channels, 1);
    }

    /** At most four sums. */
    static CarrySumRegisters ofPixel(int channels, int sets) {
        return new CarrySumRegisters(channels, 1, sets);
    }

    int channels() {
        return channels;
    }

    int pixels() {
        return pixels;
    }

    int sets() {
        return sets;
    }

    /** Sums of a channel. */
    int each() {
        return pixels * sets;
    }

    /**
     * The last channel's come first.
     *
     * @param each pixel, or set
     */
    String of(int channel, int each) {
        return REGISTERS.get((channels - 1 - channel) * each() + each);
    }

    /**
     * From what r2 points to.
     *
     * @param columnSums where the address of Σx of each pixel is
     */
    void start(Instructions lines, CarryStarts starts, String columnSums) {
        if (pixels == 1) {
            startPixel(lines, starts, columnSums);
        } else if (!starts.corrected()) {
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
        } else {
            startFourChannels(lines, columnSums);
        }
    }

    /** Of two pixels; products pair with loads. */
    private void startFourChannels(Instructions lines, String columnSums) {
        lines.add("ldr r3, %s", columnSums);
        lines.add("ldr r12, [r2]");
        lines.add("ldr lr, [r2, #4]");
        lines.add("ldrd r4, r5, [r3]");
        lines.add("ldr r10, [r2, #8]");
        lines.add("ldr r11, [r2, #12]");
        lines.add("mla r6, lr, r4, r12");
        lines.add("mla r7, lr, r5, r12");
        lines.add("ldr r12, [r2, #16]");
        lines.add("mla r8, r11, r4, r10");
        lines.add("ldr lr, [r2, #20]");
        lines.add("mla r9, r11, r5, r10");
        lines.add("ldr r3, [r2, #24]");
        lines.add("ldr r2, [r2, #28]");
        lines.add("mla r10, lr, r4, r12");
        lines.add("mla r11, lr, r5, r12");
        lines.add("mla r12, r2, r4, r3");
        lines.add("mla lr, r2, r5, r3");
    }

    /** In r10 and r11, r12 and lr are starts and factors that come next. */
    private void startPixel(Instructions lines, CarryStarts starts, String columnSums) {
        int setBytes = starts.setBytes();
        if (!starts.corrected()) {
            for (int sum = 0; sum < sets * channels; sum++) {
                lines.add("ldr %s, [r2, #%d]", inOrderOfStarts(sum), startAt(sum, setBytes, 1));
            }
            return;
        }
        lines.add("ldr r3, %s", columnSums);
        lines.add("ldr r4, [r3]");
        for (int sum = 0; sum < sets * channels + 1; sum++) {
            if (sum < sets * channels) {
                String loaded = sum % 2 == 0 ? "r10, r11" : "r12, lr";
                lines.add("ldrd %s, [r2, #%d]", loaded, startAt(sum, setBytes, 2));
            }
            if (sum > 0) {
                String factorAndStart = sum % 2 == 1 ? "r11, r4, r10" : "lr, r4, r12";
                lines.add("mla %s, %s", inOrderOfStarts(sum - 1), factorAndStart);
            }
        }
    }

    private String inOrderOfStarts(int sum) {
        return of(channels - 1 - sum % channels, sum / channels);
    }

    private int startAt(int sum, int setBytes, int words) {
        return sum / channels * setBytes + sum % channels * words * Integer.BYTES;
    }

    /** Themselves, from r1 on. */
    void storeSums(Instructions lines) {
        for (int each = 0; each < each(); each++) {
            for (int channel = 0; channel < channels; channel++) {
                lines.add("str %s, [r1, #%d]", of(channel, each), each * STORED_BYTES + channel * Integer.BYTES);
            }
        }
    }
}
