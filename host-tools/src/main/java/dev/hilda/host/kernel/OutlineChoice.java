// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.ConcatenationLayer;
import dev.hilda.agent.network.GatherLayer;
import dev.hilda.agent.network.InterpolateLayer;
import dev.hilda.agent.network.InterpolateLayer.Positions;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.ReshapeLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Interpolation;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.Subtract;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The outline of each operator's kernel. */
record OutlineChoice(List<Tensor> inputs, Tensor output, int weightBits) implements Operator.Visitor<KernelOutline> {
    private static final String NAME = "outline";

    @Override
    public KernelOutline convolution(Operator.Convolution operator) {
        int perChannel = operator.weights().size() / operator.outputChannels();
        if (TableConvolutionScheme.suits(perChannel, weightBits, input(), output)) {
            return TableConvolutionScheme.outline(operator.window(), perChannel, input(), output);
        }
        if (OuterConvolutionScheme.suits(perChannel, weightBits, input(), output)) {
            return OuterConvolutionScheme.outline(operator.window(), perChannel, input(), output);
        }
        return CarryTiles.of(weightBits, perChannel, input(), output)
                .map(tiles -> tiles.outline(operator.window(), input(), output))
                .orElseGet(() -> new KernelOutline(
                        ConvolutionScheme.reach(operator.window(), input(), output),
                        Optional.of(RowReads.under(operator.window(), input(), output)),
                        ConvolutionScheme.scratchBytes(perChannel, weightBits, output)));
    }

    @Override
    public KernelOutline depthwise(Operator.Depthwise operator) {
        if (DepthwiseRowsScheme.suits(operator.window(), input(), output)) {
            return new KernelOutline(
                    DepthwiseRowsScheme.reach(operator.window(), input(), output),
                    Optional.of(DepthwiseRowsScheme.rowReads(operator.window(), input(), output)),
                    DepthwiseRowsScheme.scratchBytes(operator.window(), output));
        }
        long scratchBytes = DepthwiseScheme.scratchBytes(operator.window(), output);
        return new KernelOutline(
                DepthwiseScheme.reach(operator.window(), input(), output),
                Optional.of(RowReads.under(operator.window(), input(), output, scratchBytes)),
                scratchBytes);
    }

    @Override
    public KernelOutline add(Operator.Add operator) {
        boolean sameShapes = input().shape().equals(second().shape());
        return sameShapes ? KernelOutline.ofWhole(AddScheme.reach(input(), second(), output)) : ofPairs();
    }

    @Override
    public KernelOutline subtract(Subtract operator) {
        return ofPairs();
    }

    @Override
    public KernelOutline multiply(Multiply operator) {
        return ofPairs();
    }

    private KernelOutline ofPairs() {
        return KernelOutline.ofWhole(List.of(PairReads.of(input(), output), PairReads.of(second(), output)));
    }

    @Override
    public KernelOutline concatenation(Concatenation operator) {
        List<Integer> indices = IntStream.range(0, inputs.size()).boxed().toList();
        ConcatenationLayer layer = new ConcatenationLayer(NAME, indices, inputs.size(), operator.axis());
        return KernelOutline.ofWhole(new ConcatenationScheme(layer, inputs, output).reach());
    }

    @Override
    public KernelOutline gather(Gather operator) {
        GatherLayer layer = new GatherLayer(NAME, 0, 1, operator.rows(), operator.columns(), operator.channels());
        return KernelOutline.ofWhole(new GatherScheme(layer, input(), output).reach());
    }

    @Override
    public KernelOutline interpolate(Interpolate operator) {
        InterpolateLayer layer =
                new InterpolateLayer(NAME, 0, 1, positions(operator.rows()), positions(operator.columns()), 0);
        return KernelOutline.ofWhole(new InterpolateScheme(layer, input(), output).reach());
    }

    /** A corner is read whatever its weight. */
    private static Positions positions(Interpolation axis) {
        return new Positions(axis.lower(), axis.upper(), Ints.of(new int[axis.size()]));
    }

    @Override
    public KernelOutline requantize(Operator.Requantize operator) {
        return ofElements();
    }

    @Override
    public KernelOutline elementwise(Operator.Elementwise operator) {
        return ofElements();
    }

    private KernelOutline ofElements() {
        return KernelOutline.ofRows(List.of(ElementReads.of(input(), output)), RowReads.inPlace(output));
    }

    @Override
    public KernelOutline prelu(Prelu operator) {
        return KernelOutline.ofRows(List.of(PairReads.of(input(), output)), RowReads.inPlace(output));
    }

    @Override
    public KernelOutline averagePool(Operator.AveragePool operator) {
        return ofWindows(operator.window());
    }

    @Override
    public KernelOutline maxPool(Operator.MaxPool operator) {
        return ofWindows(operator.window());
    }

    private KernelOutline ofWindows(Window window) {
        return KernelOutline.ofRows(
                List.of(new WindowReads(window, input(), output).byQuads()), RowReads.under(window, input(), output));
    }

    @Override
    public KernelOutline pad(Operator.Pad operator) {
        PadLayer layer = new PadLayer(NAME, 0, 1, operator.top(), operator.bottom(), operator.left(), operator.right());
        return KernelOutline.ofWhole(new PadScheme(layer, input(), output).reach());
    }

    @Override
    public KernelOutline reshape(Operator.Reshape operator) {
        return KernelOutline.ofWhole(new ReshapeScheme(new ReshapeLayer(NAME, 0, 1), input(), output).reach());
    }

    @Override
    public KernelOutline softmax(Operator.Softmax operator) {
        return KernelOutline.ofRows(SoftmaxScheme.reach(input(), output), RowReads.inPlace(output));
    }

    @Override
    public KernelOutline fullyConnected(Operator.FullyConnected operator) {
        throw notCanonical(operator);
    }

    @Override
    public KernelOutline mean(Operator.Mean operator) {
        throw notCanonical(operator);
    }

    @Override
    public KernelOutline batchNorm(Operator.BatchNorm operator) {
        throw notCanonical(operator);
    }

    @Override
    public KernelOutline activate(Operator.Activate operator) {
        throw notCanonical(operator);
    }

    static IllegalArgumentException notCanonical(Operator operator) {
        return new IllegalArgumentException(
                operator.getClass().getSimpleName() + " is not an operator of a canonical graph");
    }

    private Tensor input() {
        return inputs.get(0);
    }

    private Tensor second() {
        return inputs.get(1);
    }
}
