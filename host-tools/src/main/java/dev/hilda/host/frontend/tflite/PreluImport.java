// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import java.util.List;

/** PRELU: one slope is that of a LEAKY_RELU, of which integers make a table. */
final class PreluImport {
    private PreluImport() {}

    static OperatorImport of(OperatorEntry node) {
        TensorEntry alpha = node.input(1);
        int channels = node.input(0).activationShape().channels();
        if (!alpha.isConstant()) {
            throw new ImportProblem(
                    "a constant alpha", alpha.name() + ", made at run time", "export the model with fixed weights");
        }
        requireChannels(alpha, channels);
        double[] reals = ConstantArithmetic.reals(alpha);
        float[] slopes = new float[reals.length];
        for (int channel = 0; channel < slopes.length; channel++) {
            slopes[channel] = (float) reals[channel];
            ImportProblem.requireIntact(Float.isFinite(slopes[channel]), "a finite alpha", slopes[channel]);
        }
        Operator operator = slopes.length == 1
                ? new Operator.Elementwise(new ElementwiseFunction.LeakyRelu(slopes[0]))
                : new Prelu(FloatTensor.vector(slopes));
        return OperatorImport.unary(node, operator);
    }

    private static void requireChannels(TensorEntry alpha, int channels) {
        List<Integer> shape = alpha.shape();
        int count = alpha.constantElements();
        int last = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
        if (count != 1 && (count != channels || last != channels)) {
            throw new ImportProblem(
                    "an alpha of 1 or " + channels + " values along the channels",
                    alpha.name() + " " + shape,
                    "train with one slope per channel (Keras: PReLU(shared_axes=[1, 2]))");
        }
    }
}
