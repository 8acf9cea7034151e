// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.tensor.Batch;

/** Derivatives of pooling by its input. Positions outside the input do not count. */
final class PoolGradients {
    private final Batch input;
    private final Batch outer;
    private final Window window;
    private final float[] sums;

    PoolGradients(Batch input, Batch outer, Window window) {
        this.input = input;
        this.outer = outer;
        this.window = window;
        this.sums = new float[input.values().length];
    }

    /** Each position of a window has an equal share. */
    float[] ofMean() {
        forEachPosition((positions, count, made) -> {
            int channels = input.shape().channels();
            for (int position = 0; position < count; position++) {
                for (int channel = 0; channel < channels; channel++) {
                    sums[positions[position] + channel] += outer.values()[made + channel] / count;
                }
            }
        });
        return sums;
    }

    /** The first of the largest has it all. */
    float[] ofMaximum() {
        forEachPosition((positions, count, made) -> {
            for (int channel = 0; channel < input.shape().channels(); channel++) {
                int largest = positions[0] + channel;
                for (int position = 1; position < count; position++) {
                    int other = positions[position] + channel;
                    largest = input.values()[other] > input.values()[largest] ? other : largest;
                }
                sums[largest] += outer.values()[made + channel];
            }
        });
        return sums;
    }

    /** What one output position pools. */
    private interface Visitor {
        /**
         * @param positions indices of the first channel of each input position
         * @param count of them
         * @param made index of the first channel of the output position
         */
        void visit(int[] positions, int count, int made);
    }

    private void forEachPosition(Visitor visitor) {
        TensorShape from = input.shape();
        TensorShape to = outer.shape();
        int[] positions = new int[window.taps()];
        for (int pixel = 0; pixel < outer.pixels(); pixel++) {
            int image = pixel / to.pixels();
            int top = pixel % to.pixels() / to.width() * window.strideHeight() - window.padTop();
            int left = pixel % to.width() * window.strideWidth() - window.padLeft();
            int count = 0;
            for (int tap = 0; tap < positions.length; tap++) {
                int y = top + tap / window.kernelWidth() * window.dilationHeight();
                int x = left + tap % window.kernelWidth() * window.dilationWidth();
                if (y >= 0 && y < from.height() && x >= 0 && x < from.width()) {
                    positions[count++] = ((image * from.height() + y) * from.width() + x) * from.channels();
                }
            }
            visitor.visit(positions, count, pixel * to.channels());
        }
    }
}
