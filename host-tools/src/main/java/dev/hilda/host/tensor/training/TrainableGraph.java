// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor.training;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.Subtract;
import dev.hilda.host.tensor.TensorRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.api.OutAndGrad;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A classifier as a SameDiff graph whose weights and biases can be trained. Batches are float32 in the order image, height,
 * width, channel. Knows convolutions with SAME padding and without normalization, fully connected layers, BatchNorm, Add,
 * Mean and activations.
 */
final class TrainableGraph {
    private static final String INPUT = "input";
    private static final String LABELS = "labels";
    private static final String LOGITS = "logits_";
    private static final String LOSS = "loss_";

    private final Graph graph;

    /** Whether a BatchNorm takes mean and variance from the batch: its gain and offset are γ and β then. */
    private final boolean ofBatches;

    private final SameDiff network = SameDiff.create();
    private final Map<String, SDVariable> values = new LinkedHashMap<>();
    private final List<String> parameters = new ArrayList<>();

    /** By name of a BatchNorm that takes them from the batch. */
    private final Map<String, BatchMoments> moments = new LinkedHashMap<>();

    /** By name of a convolution: its value ahead of the activation. */
    private final Map<String, String> sums = new HashMap<>();

    /** Loss of a batch and its gradients by parameter. */
    record Step(double loss, Map<String, INDArray> gradients) {}

    /**
     * With each BatchNorm as the graph has it.
     *
     * @throws GraphException naming the node that cannot be trained
     */
    TrainableGraph(Graph graph) {
        this(graph, false);
    }

    /**
     * With each BatchNorm over the moments of the batch: y = γ·(x − mean)/√(variance + ε) + β (Ioffe and Szegedy, "Batch
     * Normalization", ICML 2015, algorithm 1), γ and β as the graph's gain and offset.
     *
     * @throws GraphException naming the node that cannot be trained
     */
    static TrainableGraph overBatches(Graph graph) {
        return new TrainableGraph(graph, true);
    }

    private TrainableGraph(Graph graph, boolean ofBatches) {
        this.graph = graph;
        this.ofBatches = ofBatches;
        TensorShape shape = graph.inputShape();
        values.put(
                graph.input(),
                network.placeHolder(INPUT, DataType.FLOAT, -1, shape.height(), shape.width(), shape.channels()));
        for (Node node : graph.nodes()) {
            values.put(node.output(), build(node));
        }
        value(graph.output()).rename(LOGITS);
        SDVariable logits = network.getVariable(LOGITS);
        SDVariable labels = network.placeHolder(
                LABELS, DataType.FLOAT, -1, graph.outputShape().channels());
        network.loss.softmaxCrossEntropy(LOSS, labels, logits, null);
        network.setLossVariables(LOSS);
    }

    /** Names of the weights and biases. */
    List<String> parameters() {
        return parameters;
    }

    /** The array that holds a parameter; training changes it in place. */
    INDArray parameter(String name) {
        return network.getArrForVarName(name);
    }

    /**
     * One pass forwards and backwards.
     *
     * @param labels one-hot: batch × classes
     */
    Step step(INDArray images, INDArray labels) {
        Map<String, INDArray> batch = Map.of(INPUT, images, LABELS, labels);
        OutAndGrad result =
                TensorRuntime.silently(() -> network.calculateGradientsAndOutputs(batch, List.of(LOSS), parameters));
        return new Step(found(result.getOutputs(), LOSS).getDouble(0), result.getGradients());
    }

    /** Batch × classes. */
    INDArray logits(INDArray images) {
        return found(network.output(Map.of(INPUT, images), LOGITS), LOGITS);
    }

    /**
     * Scales weights and sets biases layer by layer so that on these images each channel has mean 0 and deviation 1 ahead
     * of its activation, 0.3 at most where there is none because a residual branch ends (Salimans and Kingma, "Weight Normalization", NIPS 2016,
     * section 3): what batch normalization gives at the start, without its cost in every step.
     */
    void normalize(INDArray images) {
        for (Node node : graph.nodes()) {
            String sum = sums.get(node.name());
            if (sum == null) {
                continue;
            }
            INDArray values = found(network.output(Map.of(INPUT, images), sum), sum);
            long channels = values.size(values.rank() - 1);
            INDArray columns = values.dup('c').reshape('c', -1, channels);
            INDArray mean = columns.mean(0);
            INDArray deviation = columns.std(false, 0).addi(1e-3);
            double layer = Math.sqrt(deviation.mul(deviation).meanNumber().doubleValue());
            INDArray factor = deviation.rdivi(targetDeviation(node, layer));
            INDArray weights = parameter(weightName(node));
            INDArray flat = weights.reshape('c', weights.length() / channels, channels);
            weights.assign(flat.mulRowVector(factor).reshape('c', weights.shape()));
            parameter(biasName(node)).assign(mean.mul(factor).neg());
        }
    }

    /** The moments of each BatchNorm in one batch; none of one that does not take them from it. */
    Map<String, BatchMoments.Measured> moments(INDArray images) {
        List<String> names =
                moments.values().stream().flatMap(BatchMoments::variables).toList();
        Map<String, INDArray> found = network.output(Map.of(INPUT, images), names);
        Map<String, BatchMoments.Measured> measured = new LinkedHashMap<>();
        moments.forEach((node, of) -> measured.put(node, of.measured(found)));
        return measured;
    }

    private static double targetDeviation(Node node, double before) {
        return node.operator().weighted().orElseThrow().activation() == Activation.NONE ? Math.min(before, 0.3) : 1;
    }

    /** The graph with the weights as they are now. */
    Graph trained() {
        List<Node> nodes = graph.nodes().stream()
                .map(node -> new Node(node.name(), trained(node), node.inputs(), node.output()))
                .toList();
        return new Graph(graph.name(), graph.input(), graph.inputShape(), nodes, graph.output());
    }

    private SDVariable build(Node node) {
        Operator operator = node.operator();
        SDVariable input = value(node.inputs().get(0));
        operator.weighted().flatMap(Operator.Weighted::normalization).ifPresent(given -> {
            throw cannotTrain(node, "normalization");
        });
        return operator.accept(new Building(node, input));
    }

    /** The variable of a node's result. */
    private final class Building implements Operator.Visitor<SDVariable> {
        private final Node node;
        private final SDVariable input;

        Building(Node node, SDVariable input) {
            this.node = node;
            this.input = input;
        }

        @Override
        public SDVariable convolution(Operator.Convolution operator) {
            SDVariable weights =
                    variable(weightName(node), array(operator.weights()).permute(1, 2, 3, 0));
            SDVariable sum = network.cnn.conv2d(input, weights, bias(node, operator), config(node, operator.window()));
            sums.put(node.name(), sum.name());
            return activated(sum, operator.activation());
        }

        @Override
        public SDVariable depthwise(Operator.Depthwise operator) {
            int channels = graph.shape(node.inputs().get(0)).channels();
            int multiplier = operator.outputChannels() / channels;
            List<Integer> extents = operator.weights().shape();
            INDArray initial = array(operator.weights()).reshape(extents.get(0), extents.get(1), channels, multiplier);
            SDVariable weights = variable(weightName(node), initial);
            SDVariable sum =
                    network.cnn.depthWiseConv2d(input, weights, bias(node, operator), config(node, operator.window()));
            sums.put(node.name(), sum.name());
            return activated(sum, operator.activation());
        }

        @Override
        public SDVariable fullyConnected(Operator.FullyConnected operator) {
            SDVariable flat = input.reshape(-1, operator.weights().extent(1));
            SDVariable weights =
                    variable(weightName(node), array(operator.weights()).transpose());
            return activated(flat.mmul(weights).add(bias(node, operator)), operator.activation());
        }

        @Override
        public SDVariable add(Operator.Add operator) {
            return activated(input.add(value(node.inputs().get(1))), operator.activation());
        }

        @Override
        public SDVariable subtract(Subtract operator) {
            throw cannotTrain(node, "Subtract");
        }

        @Override
        public SDVariable multiply(Multiply operator) {
            throw cannotTrain(node, "Multiply");
        }

        @Override
        public SDVariable concatenation(Concatenation operator) {
            throw cannotTrain(node, "Concatenation");
        }

        @Override
        public SDVariable gather(Gather operator) {
            throw cannotTrain(node, "Gather");
        }

        @Override
        public SDVariable interpolate(Interpolate operator) {
            throw cannotTrain(node, "Interpolate");
        }

        @Override
        public SDVariable mean(Operator.Mean operator) {
            return input.mean(true, 1, 2);
        }

        @Override
        public SDVariable activate(Operator.Activate operator) {
            return activated(input, operator.activation());
        }

        @Override
        public SDVariable elementwise(Operator.Elementwise operator) {
            throw cannotTrain(node, "Elementwise");
        }

        @Override
        public SDVariable pad(Operator.Pad operator) {
            throw cannotTrain(node, "Pad");
        }

        @Override
        public SDVariable averagePool(Operator.AveragePool operator) {
            throw cannotTrain(node, "AveragePool");
        }

        @Override
        public SDVariable maxPool(Operator.MaxPool operator) {
            throw cannotTrain(node, "MaxPool");
        }

        @Override
        public SDVariable reshape(Operator.Reshape operator) {
            throw cannotTrain(node, "Reshape");
        }

        @Override
        public SDVariable batchNorm(Operator.BatchNorm operator) {
            SDVariable gain =
                    variable(gainName(node), array(operator.normalization().gain()));
            SDVariable offset =
                    variable(offsetName(node), array(operator.normalization().offset()));
            if (!ofBatches) {
                return input.mul(gain).add(offset);
            }
            BatchMoments batch = BatchMoments.of(network, input);
            moments.put(node.name(), batch);
            return batch.normalized(network).mul(gain).add(offset);
        }

        @Override
        public SDVariable softmax(Operator.Softmax operator) {
            throw cannotTrain(node, "Softmax");
        }

        @Override
        public SDVariable prelu(Prelu operator) {
            throw cannotTrain(node, "Prelu");
        }

        @Override
        public SDVariable requantize(Operator.Requantize operator) {
            throw cannotTrain(node, "Requantize");
        }
    }

    private SDVariable bias(Node node, Operator.Weighted weighted) {
        return isNormalized(node)
                ? network.constant(biasName(node), array(weighted.bias()))
                : variable(biasName(node), array(weighted.bias()));
    }

    /** Whether the batch's mean takes a bias away again. */
    private boolean isNormalized(Node node) {
        return ofBatches
                && graph.nodes().stream()
                        .anyMatch(
                                reader -> reader.operator().batchNormalization().isPresent()
                                        && reader.inputs().contains(node.output()));
    }

    private SDVariable variable(String name, INDArray initial) {
        parameters.add(name);
        return network.var(name, initial.dup('c'));
    }

    private Conv2DConfig config(Node node, Window window) {
        TensorShape input = graph.shape(node.inputs().get(0));
        if (!window.hasSamePadding(input)) {
            throw cannotTrain(node, "other than SAME padding");
        }
        return Conv2DConfig.builder()
                .kH(window.kernelHeight())
                .kW(window.kernelWidth())
                .sH(window.strideHeight())
                .sW(window.strideWidth())
                .dH(window.dilationHeight())
                .dW(window.dilationWidth())
                .paddingMode(PaddingMode.SAME)
                .dataFormat("NHWC")
                .build();
    }

    private SDVariable activated(SDVariable sum, Activation activation) {
        return switch (activation) {
            case NONE -> sum;
            case RELU -> network.nn.relu(sum, 0);
            case RELU6 -> network.nn.relu6(sum, 0);
        };
    }

    private Operator trained(Node node) {
        Optional<Operator.BatchNorm> normalizing = node.operator().batchNormalization();
        if (normalizing.isPresent()) {
            ChannelNormalization old = normalizing.get().normalization();
            return new Operator.BatchNorm(new ChannelNormalization(
                    tensor(parameter(gainName(node)), old.gain()), tensor(parameter(offsetName(node)), old.offset())));
        }
        return node.operator()
                .weighted()
                .<Operator>map(old -> old.with(
                        tensor(old.accept(new TrainedWeights(parameter(weightName(node)))), old.weights()),
                        tensor(parameter(biasName(node)), old.bias()),
                        old.normalization(),
                        old.activation()))
                .orElse(node.operator());
    }

    /** In the order of the operator. */
    private record TrainedWeights(INDArray trained) implements Operator.WeightedVisitor<INDArray> {
        @Override
        public INDArray convolution(Operator.Convolution operator) {
            return trained.permute(3, 0, 1, 2);
        }

        @Override
        public INDArray depthwise(Operator.Depthwise operator) {
            return trained;
        }

        @Override
        public INDArray fullyConnected(Operator.FullyConnected operator) {
            return trained.transpose();
        }
    }

    private static FloatTensor tensor(INDArray values, FloatTensor like) {
        return new FloatTensor(like.shape(), values.dup('c').data().asFloat());
    }

    private static INDArray array(FloatTensor tensor) {
        long[] extents = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
        return Nd4j.createFromArray(tensor.toArray()).reshape('c', extents);
    }

    private static INDArray found(Map<String, INDArray> outputs, String name) {
        return Objects.requireNonNull(outputs.get(name), name);
    }

    private SDVariable value(String name) {
        SDVariable value = values.get(name);
        if (value == null) {
            throw new GraphException("graph " + graph.name() + " has no value " + name);
        }
        return value;
    }

    private static String weightName(Node node) {
        return node.name() + "/weights";
    }

    private static String biasName(Node node) {
        return node.name() + "/bias";
    }

    private static String gainName(Node node) {
        return node.name() + "/gain";
    }

    private static String offsetName(Node node) {
        return node.name() + "/offset";
    }

    private static GraphException cannotTrain(Node node, String what) {
        return new GraphException("node " + node.name() + ": cannot train " + what);
    }
}
