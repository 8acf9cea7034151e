// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.SoftmaxLayer;

/** Softmax by table. */
final class SoftmaxStep {
    private static final int HIGHEST = 255;

    private final long[] exponentials;
    private final int channels;

    SoftmaxStep(SoftmaxLayer layer, int channels) {
        this.channels = channels;
        this.exponentials = new long[layer.exponentials().size()];
        for (int i = 0; i < exponentials.length; i++) {
            exponentials[i] = Integer.toUnsignedLong(layer.exponentials().get(i));
        }
    }

    int[] run(int[] codes) {
        int[] result = new int[codes.length];
        for (int start = 0; start < codes.length; start += channels) {
            int highest = 0;
            for (int c = 0; c < channels; c++) {
                highest = Math.max(highest, codes[start + c]);
            }
            long sum = 0;
            for (int c = 0; c < channels; c++) {
                sum += exponentials[highest - codes[start + c]];
            }
            for (int c = 0; c < channels; c++) {
                long scaled = (HIGHEST + 1) * exponentials[highest - codes[start + c]];
                result[start + c] = (int) Math.min(HIGHEST, (scaled + sum / 2) / sum);
            }
        }
        return result;
    }
}
