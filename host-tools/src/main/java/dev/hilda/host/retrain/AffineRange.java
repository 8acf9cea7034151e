// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.util.ArrayList;
import java.util.List;

/** Steps and zero points from the ends of a range that holds 0 (Rusci et al. 2020, section 3). */
final class AffineRange {
    private AffineRange() {}

    /**
     * S = (high − low)/n with n = 2^bits − 1, or 1/n where that is 0; Z = −round(low/S).
     *
     * @param low by range; above 0 stands for 0
     * @param high by range; below 0 stands for 0
     * @return by channel
     */
    static List<WeightRange.Codes> codes(int bits, WeightChannels channels, float[] low, float[] high) {
        int most = (1 << bits) - 1;
        List<WeightRange.Codes> codes = new ArrayList<>();
        for (int channel = 0; channel < channels.channels(); channel++) {
            int range = channels.rangeOfChannel(channel);
            float least = Math.min(0, low[range]);
            float extent = Math.max(0, high[range]) - least;
            float scale = (extent > 0 ? extent : 1) / most;
            int zeroPoint = (int) Math.min(most, -Math.floor(least / scale + 0.5));
            codes.add(new WeightRange.Codes(bits, zeroPoint, scale));
        }
        return codes;
    }
}
