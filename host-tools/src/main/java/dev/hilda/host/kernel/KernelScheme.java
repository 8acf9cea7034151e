// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import java.util.List;
import java.util.Optional;

/**
 * A kernel on a layer: all that the host asks of it besides its text. One type for each kernel; its bits are those of the
 * tensors and weights.
 */
public sealed interface KernelScheme
        permits WeightedScheme, LookupScheme, GatherScheme, InterpolateScheme, SoftmaxScheme, PreluScheme, CodeScheme {
    /** Its C function, by the grammar of {@code kernels/README.md}: operator, then bits. */
    String kernelName();

    /** The name without bits: the files of {@code kernels} that make it. */
    default String method() {
        return kernelName().replaceFirst("_a\\d.*", "");
    }

    /** Why neither a faster kernel nor a faster way of this one does for the layer; empty where there is none. */
    default Optional<String> compromise() {
        return Optional.empty();
    }

    /** Why int32 is not proved to hold all that it computes on this layer; empty where it is. */
    Optional<String> objection();

    /** What it reads beside tensors. */
    Constants constants();

    /** What it works in beside its tensors: lanes of 16 bits. */
    long scratchBytes();

    /** Of each tensor it reads, in the order of the layer's inputs. */
    List<Reach> reach();

    /** Empty where it cannot be called for some rows alone. */
    default Optional<RowReads> rowReads() {
        return Optional.empty();
    }

    /** What of it shapes and bits decide. */
    default KernelOutline outline() {
        return new KernelOutline(reach(), rowReads(), scratchBytes());
    }

    <R> R accept(Visitor<R> visitor);

    /**
     * The kernel for a layer.
     *
     * @throws IllegalArgumentException naming the layer, when there is none that is proved to be right
     */
    static KernelScheme of(IntegerNetwork network, Layer layer) {
        KernelScheme scheme = layer.accept(new SchemeChoice(network));
        scheme.objection().ifPresent(reason -> {
            throw new IllegalArgumentException(
                    "layer " + layer.name() + ": " + scheme.kernelName() + " is not proved right: " + reason);
        });
        return scheme;
    }

    /** Of the layer that needs most: layers run one after the other. */
    static long scratchBytes(IntegerNetwork network) {
        return network.layers().stream()
                .mapToLong(layer -> of(network, layer).scratchBytes())
                .max()
                .orElseThrow();
    }

    /** One answer for each kernel. */
    interface Visitor<R> {
        R convolution(ConvolutionScheme scheme);

        R carryConvolution(CarryConvolutionScheme scheme);

        R tableConvolution(TableConvolutionScheme scheme);

        R outerConvolution(OuterConvolutionScheme scheme);

        R depthwise(DepthwiseScheme scheme);

        R depthwiseRows(DepthwiseRowsScheme scheme);

        R add(AddScheme scheme);

        R sum(SumScheme scheme);

        R product(ProductScheme scheme);

        R concatenation(ConcatenationScheme scheme);

        R gather(GatherScheme scheme);

        R interpolate(InterpolateScheme scheme);

        R rescale(RescaleScheme scheme);

        R lookup(LookupScheme scheme);

        R averagePool(AveragePoolScheme scheme);

        R mean(MeanScheme scheme);

        R maxPool(MaxPoolScheme scheme);

        R pad(PadScheme scheme);

        R reshape(ReshapeScheme scheme);

        R softmax(SoftmaxScheme scheme);

        R prelu(PreluScheme scheme);
    }
}
