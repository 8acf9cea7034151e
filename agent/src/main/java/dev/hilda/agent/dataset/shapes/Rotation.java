// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset.shapes;

/** Sine and cosine of whole 256ths of a turn, in units of 2^−14. */
final class Rotation {
    static final int TURN = 256;
    static final int ONE = 1 << 14;

    /** round(2^14·sin(2π·k/256)), k = 0 … 64. */
    private static final int[] QUARTER = {
        0, 402, 804, 1205, 1606, 2006, 2404, 2801, 3196, 3590, 3981, 4370, 4756, 5139, 5520, 5897, 6270, 6639, 7005,
        7366, 7723, 8076, 8423, 8765, 9102, 9434, 9760, 10080, 10394, 10702, 11003, 11297, 11585, 11866, 12140, 12406,
        12665, 12916, 13160, 13395, 13623, 13842, 14053, 14256, 14449, 14635, 14811, 14978, 15137, 15286, 15426, 15557,
        15679, 15791, 15893, 15986, 16069, 16143, 16207, 16261, 16305, 16340, 16364, 16379, 16384
    };

    private Rotation() {}

    static int sine(int angle) {
        int step = angle & (TURN - 1);
        int quarter = step / 64;
        int rest = step % 64;
        return switch (quarter) {
            case 0 -> QUARTER[rest];
            case 1 -> QUARTER[64 - rest];
            case 2 -> -QUARTER[rest];
            default -> -QUARTER[64 - rest];
        };
    }

    static int cosine(int angle) {
        return sine(angle + TURN / 4);
    }
}
