// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.Subtract;
import dev.hilda.host.quantize.QuantizationException;
import java.util.List;

/** Whether errors find their way back through every node of a network. */
final class Trainability implements Operator.Visitor<Boolean> {
    private final boolean isBroadcast;

    private Trainability(boolean isBroadcast) {
        this.isBroadcast = isBroadcast;
    }

    /** @throws QuantizationException that names the first node without gradients */
    static void require(Graph graph) {
        for (Node node : graph.nodes()) {
            boolean isBroadcast =
                    node.inputs().stream().map(graph::shape).distinct().count() > 1;
            if (!node.operator().accept(new Trainability(isBroadcast))) {
                throw new QuantizationException("retraining has no gradients of "
                        + node.operator().getClass().getSimpleName() + (isBroadcast ? " with a broadcast input" : "")
                        + ", node " + node.name() + "; train it elsewhere and import the quantized model");
            }
        }
        List<String> outputs = graph.outputs();
        if (outputs.stream().anyMatch(output -> graph.producer(output).isEmpty())) {
            throw new QuantizationException("an output of the network is its input");
        }
    }

    @Override
    public Boolean convolution(Operator.Convolution operator) {
        return true;
    }

    @Override
    public Boolean depthwise(Operator.Depthwise operator) {
        return true;
    }

    @Override
    public Boolean fullyConnected(Operator.FullyConnected operator) {
        return true;
    }

    @Override
    public Boolean add(Operator.Add operator) {
        return !isBroadcast;
    }

    @Override
    public Boolean subtract(Subtract operator) {
        return !isBroadcast;
    }

    @Override
    public Boolean multiply(Multiply operator) {
        return !isBroadcast;
    }

    @Override
    public Boolean concatenation(Concatenation operator) {
        return true;
    }

    @Override
    public Boolean gather(Gather operator) {
        return false;
    }

    @Override
    public Boolean interpolate(Interpolate operator) {
        return false;
    }

    @Override
    public Boolean pad(Operator.Pad operator) {
        return true;
    }

    @Override
    public Boolean averagePool(Operator.AveragePool operator) {
        return true;
    }

    @Override
    public Boolean maxPool(Operator.MaxPool operator) {
        return true;
    }

    @Override
    public Boolean mean(Operator.Mean operator) {
        return true;
    }

    @Override
    public Boolean reshape(Operator.Reshape operator) {
        return true;
    }

    @Override
    public Boolean batchNorm(Operator.BatchNorm operator) {
        return true;
    }

    @Override
    public Boolean activate(Operator.Activate operator) {
        return true;
    }

    @Override
    public Boolean elementwise(Operator.Elementwise operator) {
        return false;
    }

    @Override
    public Boolean softmax(Operator.Softmax operator) {
        return false;
    }

    @Override
    public Boolean prelu(Prelu operator) {
        return false;
    }

    @Override
    public Boolean requantize(Operator.Requantize operator) {
        return true;
    }
}
