// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import dev.hilda.agent.network.TensorShape;

/** Two batches element by element, either of them broadcast along axes where its extent is 1. */
final class ElementPairs {
    private ElementPairs() {}

    /** Of two elements. */
    @FunctionalInterface
    interface Function {
        float of(float one, float other);
    }

    static float[] combined(Batch first, Batch second, TensorShape shape, Function function) {
        float[] values = new float[first.images() * shape.elements()];
        if (first.shape().equals(second.shape())) {
            for (int index = 0; index < values.length; index++) {
                values[index] = function.of(first.values()[index], second.values()[index]);
            }
            return values;
        }
        int at = 0;
        for (int image = 0; image < first.images(); image++) {
            for (int pixel = 0; pixel < shape.pixels(); pixel++) {
                int one = at(first.shape(), shape, image, pixel);
                int other = at(second.shape(), shape, image, pixel);
                int oneStep = first.shape().channels() == 1 ? 0 : 1;
                int otherStep = second.shape().channels() == 1 ? 0 : 1;
                for (int channel = 0; channel < shape.channels(); channel++) {
                    values[at++] = function.of(
                            first.values()[one + channel * oneStep], second.values()[other + channel * otherStep]);
                }
            }
        }
        return values;
    }

    /** Where the operand's channels of a pixel of the result begin. */
    private static int at(TensorShape operand, TensorShape shape, int image, int pixel) {
        int row = operand.height() == 1 ? 0 : pixel / shape.width();
        int column = operand.width() == 1 ? 0 : pixel % shape.width();
        return image * operand.elements() + (row * operand.width() + column) * operand.channels();
    }
}
