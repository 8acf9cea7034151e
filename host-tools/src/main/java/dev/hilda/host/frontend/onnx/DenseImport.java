// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gemm and MatMul with constant weights. What a reshape has put in another order, the weights follow: they are permuted
 * instead of the activations.
 */
final class DenseImport {
    private DenseImport() {}

    static Value gemm(NodeImport node) {
        Activations input = node.activations(0);
        ImportProblem.requireIntact(input.dims().size() == 2, "a matrix", input.dims());
        if (node.entry().flag("transA")) {
            input = input.with(input.layout().transposed(List.of(1, 0)));
        }
        Constant weights = node.reals(1, "weights");
        ImportProblem.requireIntact(weights.dims().size() == 2, "a matrix of weights", weights.dims());
        if (node.entry().flag("transB")) {
            weights = ConstantMoves.transposed(weights, List.of(1, 0));
        }
        double beta = node.entry().real("beta", 1);
        int outputs = weights.dims().get(1);
        Optional<Constant> bias = node.optionalReals(2, "biases")
                .map(given -> given.mapped(ElementType.FLOAT, value -> beta * value))
                .map(given -> perOutput(given, outputs));
        return dense(node, input, weights, bias, node.entry().real("alpha", 1));
    }

    private static Constant perOutput(Constant bias, int outputs) {
        List<Integer> row = List.of(1, outputs);
        if (!Dims.broadcast(bias.dims(), row).equals(row)) {
            throw new ImportProblem(
                    outputs + " biases, the same for each row",
                    "biases of " + bias.dims(),
                    "add one bias for each output");
        }
        return bias.moved(List.of(outputs), Dims.broadcastSources(bias.dims(), row));
    }

    static Value matMul(NodeImport node) {
        if (node.input(0) instanceof Activations && node.input(1) instanceof Activations) {
            throw new ImportProblem(
                    "a product with a constant matrix",
                    "one of two tensors that are made at run time",
                    "build the model without attention");
        }
        Constant weights = node.reals(1, "weights");
        while (weights.dims().size() > 2 && weights.dims().get(0) == 1) {
            weights = weights.reshaped(weights.dims().subList(1, weights.dims().size()));
        }
        if (weights.dims().size() != 2) {
            throw new ImportProblem(
                    "a matrix of weights",
                    "weights of " + weights.dims(),
                    "multiply by a matrix; of one column for one result");
        }
        return dense(node, node.activations(0), weights, Optional.empty(), 1);
    }

    static FloatTensor bias(Optional<Constant> given, int outputs) {
        float[] values = new float[outputs];
        given.ifPresent(bias -> {
            ImportProblem.requireIntact(bias.size() == outputs, outputs + " biases", bias.dims());
            for (int index = 0; index < outputs; index++) {
                values[index] = (float) bias.get(index);
            }
        });
        return FloatTensor.vector(values);
    }

    /** @param weights I,O */
    private static Value dense(
            NodeImport node, Activations input, Constant weights, Optional<Constant> bias, double alpha) {
        List<Integer> dims = input.dims();
        int read = weights.dims().get(0);
        int outputs = weights.dims().get(1);
        int last = dims.size() - 1;
        ImportProblem.requireIntact(
                last >= 0 && dims.get(last) == read, "weights of " + dims + " inputs", weights.dims());
        List<Integer> result = new ArrayList<>(dims);
        result.set(last, outputs);
        FloatTensor biases = bias(bias, outputs);
        if (Dims.elements(dims) == read) {
            int[] order = new int[read];
            int[] positions = input.layout().positions();
            for (int index = 0; index < read; index++) {
                order[positions[index]] = index;
            }
            Weights arranged = arranged(weights, order, List.of(outputs, read), alpha);
            Operator.Weighted operator =
                    new Operator.FullyConnected(arranged.values(), biases, Optional.empty(), Activation.NONE);
            String made = node.draft().add(node.entry().output(), operator, arranged, input.value());
            return new Activations(made, Layout.rowMajor(result), ElementType.FLOAT);
        }
        return perRow(node, input, weights, biases, alpha);
    }

    /** For each row the same: a convolution of 1×1. */
    private static Value perRow(
            NodeImport node, Activations input, Constant weights, FloatTensor biases, double alpha) {
        int read = weights.dims().get(0);
        int outputs = weights.dims().get(1);
        int last = input.dims().size() - 1;
        Layout.Run run = input.layout().run(last);
        if (read > 1 && run.stride() != 1) {
            throw new ImportProblem(
                    "rows whose elements are neighbours, as channels are",
                    "a product along another axis of " + input.dims(),
                    "export the model without the transposition before it");
        }
        TensorShape stored = node.draft().shape(input.value());
        TensorShape pixels = stored.channels() == read ? stored : new TensorShape(1, stored.elements() / read, read);
        int[] order = new int[read];
        for (int index = 0; index < read; index++) {
            order[index] = index;
        }
        Weights arranged = arranged(weights, order, List.of(outputs, 1, 1, read), alpha);
        Operator.Weighted operator =
                new Operator.Convolution(Window.of(1, 1), arranged.values(), biases, Optional.empty(), Activation.NONE);
        String made = node.draft()
                .add(node.entry().output(), operator, arranged, node.draft().viewed(input.value(), pixels));
        return new Activations(made, input.layout().resized(last, outputs), ElementType.FLOAT);
    }

    private static Weights arranged(Constant weights, int[] order, List<Integer> shape, double alpha) {
        int read = weights.dims().get(0);
        int outputs = weights.dims().get(1);
        return Weights.of(
                weights,
                shape,
                index -> order[index % read] * outputs + index / read,
                index -> index / read,
                outputs,
                alpha);
    }
}
