// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.tensor.TensorRuntime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TrainableGraphTest {
    @BeforeAll
    static void startTensors() {
        TensorRuntime.start(System.getenv());
    }

    @Test
    void shouldHaveTheGradientsThatDifferencesGive() {
        TrainableGraph network = new TrainableGraph(ShapesNetwork.initial(7));
        Nd4j.getRandom().setSeed(3);
        INDArray images = Nd4j.randn(DataType.FLOAT, 4, 32, 32, 3);
        INDArray labels = labels(4);
        network.normalize(images);
        Map<String, INDArray> gradients = network.step(images, labels).gradients();
        for (String name : List.of("stem/bias", "block1/conv2/weights", "block3/depthwise/weights", "logits/weights")) {
            INDArray gradient = Objects.requireNonNull(gradients.get(name)).dup('c');
            INDArray parameter = network.parameter(name);
            // Along the gradient itself, the loss changes by its squared norm.
            double norm = gradient.norm2Number().doubleValue();
            double length = 1e-3;
            INDArray step = gradient.mul(length / norm);
            parameter.addi(step);
            double above = network.step(images, labels).loss();
            parameter.subi(step.mul(2));
            double below = network.step(images, labels).loss();
            parameter.addi(step);
            assertEquals(norm, (above - below) / (2 * length), 0.05 * norm + 1e-3, name);
        }
    }

    @Test
    void shouldLearnABatchByHeart() {
        TrainableGraph network = new TrainableGraph(ShapesNetwork.initial(1));
        Nd4j.getRandom().setSeed(5);
        INDArray images = Nd4j.randn(DataType.FLOAT, 10, 32, 32, 3);
        INDArray labels = labels(10);
        network.normalize(images);
        AdamOptimizer optimizer = new AdamOptimizer();
        double first = network.step(images, labels).loss();
        for (int i = 0; i < 25; i++) {
            optimizer.update(network, network.step(images, labels).gradients(), 3e-3);
        }
        double last = network.step(images, labels).loss();
        assertTrue(last < first / 4, "loss " + first + " became " + last);

        INDArray again = new TrainableGraph(network.trained()).logits(images);
        assertTrue(network.logits(images).equalsWithEps(again, 1e-4), "the trained graph computes something else");
    }

    @Test
    void shouldNameWhatItCannotTrain() {
        TensorShape shape = new TensorShape(4, 4, 3);
        Node pool = new Node("pool", new Operator.MaxPool(Window.of(2, 2), Activation.NONE), List.of("image"), "pool");
        Graph graph = new Graph("g", "image", shape, List.of(pool), "pool");
        GraphException failure = assertThrows(GraphException.class, () -> new TrainableGraph(graph));
        assertEquals("node pool: cannot train MaxPool", failure.getMessage());
    }

    private static INDArray labels(int count) {
        INDArray labels = Nd4j.zeros(DataType.FLOAT, count, 10);
        for (int i = 0; i < count; i++) {
            labels.putScalar(i, i % 10, 1);
        }
        return labels;
    }
}
