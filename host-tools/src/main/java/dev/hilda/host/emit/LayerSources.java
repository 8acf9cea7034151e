// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.host.kernel.AddScheme;
import dev.hilda.host.kernel.AveragePoolScheme;
import dev.hilda.host.kernel.CarryConvolutionScheme;
import dev.hilda.host.kernel.ConcatenationScheme;
import dev.hilda.host.kernel.ConvolutionScheme;
import dev.hilda.host.kernel.DepthwiseRowsScheme;
import dev.hilda.host.kernel.DepthwiseScheme;
import dev.hilda.host.kernel.GatherScheme;
import dev.hilda.host.kernel.InterpolateScheme;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.kernel.LookupScheme;
import dev.hilda.host.kernel.MaxPoolScheme;
import dev.hilda.host.kernel.MeanScheme;
import dev.hilda.host.kernel.OuterConvolutionScheme;
import dev.hilda.host.kernel.PadScheme;
import dev.hilda.host.kernel.PreluScheme;
import dev.hilda.host.kernel.ProductScheme;
import dev.hilda.host.kernel.RescaleScheme;
import dev.hilda.host.kernel.ReshapeScheme;
import dev.hilda.host.kernel.SoftmaxScheme;
import dev.hilda.host.kernel.SumScheme;
import dev.hilda.host.kernel.TableConvolutionScheme;
import java.util.List;

/**
 * The text of each kernel's call.
 *
 * @param index of the layer
 * @param inputsAt addresses of the tensors it reads
 * @param outputAt address of the tensor it writes
 * @param rows that a call computes
 */
record LayerSources(int index, List<String> inputsAt, String outputAt, CallRows rows)
        implements KernelScheme.Visitor<LayerSource> {
    LayerSources {
        inputsAt = List.copyOf(inputsAt);
    }

    @Override
    public LayerSource convolution(ConvolutionScheme scheme) {
        return new WeightedLayers(index, scheme.layer(), scheme.input(), scheme.output(), rows)
                .convolution(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource carryConvolution(CarryConvolutionScheme scheme) {
        return new WeightedLayers(index, scheme.layer(), scheme.input(), scheme.output(), rows)
                .carryConvolution(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource tableConvolution(TableConvolutionScheme scheme) {
        return new FoldedConvolution(index, scheme.layer(), scheme.input(), scheme.output(), rows)
                .byTables(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource outerConvolution(OuterConvolutionScheme scheme) {
        return new FoldedConvolution(index, scheme.layer(), scheme.input(), scheme.output(), rows)
                .byOuterProducts(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource depthwise(DepthwiseScheme scheme) {
        return new WeightedLayers(index, scheme.layer(), scheme.input(), scheme.output(), rows)
                .depthwise(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource depthwiseRows(DepthwiseRowsScheme scheme) {
        return new WeightedLayers(index, scheme.layer(), scheme.input(), scheme.output(), rows)
                .depthwiseRows(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource add(AddScheme scheme) {
        return new ElementwiseLayers(scheme.first(), scheme.output(), rows)
                .add(scheme, inputsAt.get(0), inputsAt.get(1), outputAt);
    }

    @Override
    public LayerSource sum(SumScheme scheme) {
        return new PairSource(scheme.first(), scheme.second(), scheme.output()).sum(scheme, inputsAt, outputAt);
    }

    @Override
    public LayerSource product(ProductScheme scheme) {
        return new PairSource(scheme.first(), scheme.second(), scheme.output()).product(scheme, inputsAt, outputAt);
    }

    @Override
    public LayerSource concatenation(ConcatenationScheme scheme) {
        return ConcatenationSource.of(scheme, inputsAt, outputAt);
    }

    @Override
    public LayerSource gather(GatherScheme scheme) {
        return GatherSource.of(index, scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource interpolate(InterpolateScheme scheme) {
        return InterpolateSource.of(index, scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource rescale(RescaleScheme scheme) {
        return new ElementwiseLayers(scheme.input(), scheme.output(), rows).rescale(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource lookup(LookupScheme scheme) {
        return LookupSource.of(index, scheme, inputsAt.get(0), outputAt, rows);
    }

    @Override
    public LayerSource averagePool(AveragePoolScheme scheme) {
        return new PoolLayers(scheme.input(), scheme.output(), rows).average(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource mean(MeanScheme scheme) {
        return new PoolLayers(scheme.input(), scheme.output(), rows).mean(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource maxPool(MaxPoolScheme scheme) {
        return new PoolLayers(scheme.input(), scheme.output(), rows).maximum(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource pad(PadScheme scheme) {
        return new MovementLayers(scheme.input(), scheme.output()).pad(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource reshape(ReshapeScheme scheme) {
        return new MovementLayers(scheme.input(), scheme.output()).reshape(scheme, inputsAt.get(0), outputAt);
    }

    @Override
    public LayerSource softmax(SoftmaxScheme scheme) {
        return SoftmaxSource.of(index, scheme, inputsAt.get(0), outputAt, rows);
    }

    @Override
    public LayerSource prelu(PreluScheme scheme) {
        return PreluSource.of(index, scheme, inputsAt.get(0), outputAt, rows);
    }
}
