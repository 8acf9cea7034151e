// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.ConcatenationLayer;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.GatherLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.InterpolateLayer;
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
import java.util.List;

/** The kernel of each kind of layer. */
record SchemeChoice(IntegerNetwork network) implements Layer.Visitor<KernelScheme> {
    @Override
    public KernelScheme convolution(ConvolutionLayer layer) {
        Tensor input = network.inputOf(layer);
        Tensor output = network.outputOf(layer);
        int perChannel = layer.weights().count() / layer.weights().outputChannels();
        if (TableConvolutionScheme.suits(perChannel, layer.weights().bits(), input, output)) {
            return new TableConvolutionScheme(layer, input, output);
        }
        if (OuterConvolutionScheme.suits(perChannel, layer.weights().bits(), input, output)) {
            return new OuterConvolutionScheme(layer, input, output);
        }
        return CarryTiles.of(layer.weights().bits(), perChannel, input, output)
                .<KernelScheme>map(tiles -> new CarryConvolutionScheme(layer, input, output, tiles))
                .orElseGet(() -> new ConvolutionScheme(layer, input, output));
    }

    @Override
    public KernelScheme depthwise(DepthwiseLayer layer) {
        Tensor input = network.inputOf(layer);
        Tensor output = network.outputOf(layer);
        return DepthwiseRowsScheme.suits(layer.window(), input, output)
                ? new DepthwiseRowsScheme(layer, input, output)
                : new DepthwiseScheme(layer, input, output);
    }

    @Override
    public KernelScheme add(AddLayer layer) {
        return new AddScheme(
                layer, network.inputOf(layer), network.tensors().get(layer.second()), network.outputOf(layer));
    }

    @Override
    public KernelScheme sum(SumLayer layer) {
        return new SumScheme(
                layer, network.inputOf(layer), network.tensors().get(layer.second()), network.outputOf(layer));
    }

    @Override
    public KernelScheme product(ProductLayer layer) {
        return new ProductScheme(
                layer, network.inputOf(layer), network.tensors().get(layer.second()), network.outputOf(layer));
    }

    @Override
    public KernelScheme concatenation(ConcatenationLayer layer) {
        List<Tensor> inputs =
                layer.inputs().stream().map(network.tensors()::get).toList();
        return new ConcatenationScheme(layer, inputs, network.outputOf(layer));
    }

    @Override
    public KernelScheme gather(GatherLayer layer) {
        return new GatherScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }

    @Override
    public KernelScheme interpolate(InterpolateLayer layer) {
        return new InterpolateScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }

    @Override
    public KernelScheme rescale(RescaleLayer layer) {
        return new RescaleScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }

    @Override
    public KernelScheme lookup(LookupLayer layer) {
        return new LookupScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }

    @Override
    public KernelScheme averagePool(AveragePoolLayer layer) {
        return new AveragePoolScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }

    @Override
    public KernelScheme mean(MeanLayer layer) {
        return new MeanScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }

    @Override
    public KernelScheme maxPool(MaxPoolLayer layer) {
        return new MaxPoolScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }

    @Override
    public KernelScheme pad(PadLayer layer) {
        return new PadScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }

    @Override
    public KernelScheme reshape(ReshapeLayer layer) {
        return new ReshapeScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }

    @Override
    public KernelScheme softmax(SoftmaxLayer layer) {
        return new SoftmaxScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }

    @Override
    public KernelScheme prelu(PreluLayer layer) {
        return new PreluScheme(layer, network.inputOf(layer), network.outputOf(layer));
    }
}
