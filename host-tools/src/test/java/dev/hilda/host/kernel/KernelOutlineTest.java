// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.ConcatenationLayer;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.GatherLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.InterpolateLayer;
import dev.hilda.agent.network.InterpolateLayer.Positions;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.LookupLayer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.MeanLayer;
import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.network.ProductLayer;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.ReshapeLayer;
import dev.hilda.agent.network.SoftmaxLayer;
import dev.hilda.agent.network.SumLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Interpolation;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.Subtract;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelOutlineTest {
    private static final int LAYERS_OF_EACH = 3;

    @Test
    void shouldBeWhatTheKernelOfTheLayerTakes() {
        long seed = 0;
        for (RandomNetworks.Operator operator : RandomNetworks.Operator.values()) {
            for (Precision precision : Precision.all()) {
                for (int i = 0; i < LAYERS_OF_EACH; i++) {
                    compare(RandomNetworks.layer(operator, precision, seed++));
                }
            }
        }
    }

    private static void compare(IntegerNetwork network) {
        for (Layer layer : network.layers()) {
            KernelScheme scheme = layer.accept(new SchemeChoice(network));
            List<Tensor> inputs =
                    layer.inputs().stream().map(network.tensors()::get).toList();
            Operator operator = layer.accept(new OperatorOf(network));
            int weightBits = scheme.constants().weightBits() == 0
                    ? 8
                    : scheme.constants().weightBits();
            KernelOutline outline = KernelOutline.of(operator, inputs, network.outputOf(layer), weightBits);
            assertEquals(scheme.outline(), outline, network.name());
        }
    }

    /** A node that is lowered to such a layer. */
    private record OperatorOf(IntegerNetwork network) implements Layer.Visitor<Operator> {
        @Override
        public Operator convolution(ConvolutionLayer layer) {
            Window window = layer.window();
            int channels = layer.weights().outputChannels();
            List<Integer> shape = List.of(
                    channels,
                    window.kernelHeight(),
                    window.kernelWidth(),
                    layer.weights().count() / channels / window.taps());
            return new Operator.Convolution(
                    window, zeros(shape, layer.weights()), bias(channels), Optional.empty(), Activation.NONE);
        }

        @Override
        public Operator depthwise(DepthwiseLayer layer) {
            Window window = layer.window();
            int channels = layer.weights().outputChannels();
            List<Integer> shape = List.of(window.kernelHeight(), window.kernelWidth(), channels);
            return new Operator.Depthwise(
                    window, zeros(shape, layer.weights()), bias(channels), Optional.empty(), Activation.NONE);
        }

        private static FloatTensor zeros(List<Integer> shape, WeightCodes weights) {
            return new FloatTensor(shape, new float[weights.count()]);
        }

        private static FloatTensor bias(int channels) {
            return FloatTensor.vector(new float[channels]);
        }

        @Override
        public Operator add(AddLayer layer) {
            return new Operator.Add(Activation.NONE);
        }

        @Override
        public Operator sum(SumLayer layer) {
            return new Subtract(Activation.NONE);
        }

        @Override
        public Operator product(ProductLayer layer) {
            return new Multiply(Activation.NONE);
        }

        @Override
        public Operator concatenation(ConcatenationLayer layer) {
            return new Concatenation(layer.axis());
        }

        @Override
        public Operator gather(GatherLayer layer) {
            return new Gather(layer.rows(), layer.columns(), layer.channels());
        }

        @Override
        public Operator interpolate(InterpolateLayer layer) {
            return new Interpolate(axis(layer.rows()), axis(layer.columns()));
        }

        private static Interpolation axis(Positions positions) {
            return new Interpolation(
                    positions.lower(),
                    positions.upper(),
                    FloatTensor.vector(new float[positions.lower().size()]));
        }

        @Override
        public Operator rescale(RescaleLayer layer) {
            return new Operator.Requantize();
        }

        @Override
        public Operator lookup(LookupLayer layer) {
            return new Operator.Elementwise(ElementwiseFunction.Fixed.values()[0]);
        }

        @Override
        public Operator averagePool(AveragePoolLayer layer) {
            return new Operator.AveragePool(layer.window(), Activation.NONE);
        }

        @Override
        public Operator mean(MeanLayer layer) {
            return new Operator.AveragePool(layer.window(), Activation.NONE);
        }

        @Override
        public Operator maxPool(MaxPoolLayer layer) {
            return new Operator.MaxPool(layer.window(), Activation.NONE);
        }

        @Override
        public Operator pad(PadLayer layer) {
            return new Operator.Pad(layer.top(), layer.bottom(), layer.left(), layer.right());
        }

        @Override
        public Operator reshape(ReshapeLayer layer) {
            return new Operator.Reshape(network.outputOf(layer).shape());
        }

        @Override
        public Operator softmax(SoftmaxLayer layer) {
            return new Operator.Softmax(1);
        }

        @Override
        public Operator prelu(PreluLayer layer) {
            return new Prelu(
                    FloatTensor.vector(new float[network.outputOf(layer).shape().channels()]));
        }
    }
}
