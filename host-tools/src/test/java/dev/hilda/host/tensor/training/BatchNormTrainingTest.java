// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.frontend.tflite.TfliteWriter;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.tensor.TensorRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The second network for the shapes: batch normalization while it is trained, and afterwards. */
class BatchNormTrainingTest {
    private static final int IMAGES = 6;

    @BeforeAll
    static void startTensors() {
        TensorRuntime.start(System.getenv());
    }

    @Test
    void shouldHaveTheGradientsThatDifferencesGive() {
        TrainableGraph network = TrainableGraph.overBatches(ShapesNetwork.initialNormalized(7));
        INDArray images = images(3);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, IMAGES, 10);
        for (int i = 0; i < IMAGES; i++) {
            labels.putScalar(i, i, 1);
        }
        Map<String, INDArray> gradients = network.step(images, labels).gradients();
        for (String name : List.of("stem/weights", "block1/conv2/norm/gain", "block3/depthwise/norm/offset")) {
            INDArray gradient = Objects.requireNonNull(gradients.get(name)).dup('c');
            INDArray parameter = network.parameter(name);
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

    /** Its gradient is 0 but for rounding, which Adam would take for a direction. */
    @Test
    void shouldTrainNoBiasThatTheMeanTakesAway() {
        List<String> parameters =
                TrainableGraph.overBatches(ShapesNetwork.initialNormalized(7)).parameters();
        assertEquals(
                List.of("logits/bias"),
                parameters.stream().filter(name -> name.endsWith("/bias")).toList());
    }

    /** With the moments of one batch as those of inference, that batch gets the logits that it had in training. */
    @Test
    void shouldComputeTheSameWithItsMomentsFrozen() {
        TrainableGraph training = TrainableGraph.overBatches(ShapesNetwork.initialNormalized(5));
        INDArray images = images(11);
        RunningMoments moments = new RunningMoments();
        moments.add(training.moments(images));
        Graph frozen = moments.frozen(training.trained());
        INDArray again = new TrainableGraph(frozen).logits(images);
        assertTrue(training.logits(images).equalsWithEps(again, 1e-3), "logits differ");
    }

    /** Over two batches the variance is that of all their values: what their means differ by counts. */
    @Test
    void shouldPoolTheMomentsOfBatches() {
        RunningMoments moments = new RunningMoments();
        moments.add(Map.of("n", new BatchMoments.Measured(vector(1, 0), vector(4, 1))));
        moments.add(Map.of("n", new BatchMoments.Measured(vector(3, 0), vector(2, 1))));
        Node norm = ShapesNetwork.initialNormalized(1).nodes().get(1);
        assertTrue(norm.operator() instanceof Operator.BatchNorm, norm.toString());
        assertEquals(2, moments.mean("n").get(0), 1e-6);
        assertEquals(3 + 1, moments.variance("n").get(0), 1e-6);
        assertEquals(1, moments.variance("n").get(1), 1e-6);
        GraphException failure =
                assertThrows(GraphException.class, () -> moments.frozen(ShapesNetwork.initialNormalized(1)));
        assertEquals("node stem/norm: no batch told its moments", failure.getMessage());
    }

    /** That is what sets the variants apart: each convolution read back has a normalization, over a decade of gains. */
    @Test
    void shouldStayUnfoldedInTheFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("shapes-batch-norm.tflite");
        TfliteWriter.write(ShapesNetwork.initialNormalized(3), "", file);
        Graph read = Canonical.of(new TfliteReader().read(file).graph());
        List<Operator.Weighted> weighted = read.weightedNodes().stream()
                .map(node -> node.operator().weighted())
                .flatMap(Optional::stream)
                .toList();
        assertEquals(14, weighted.size());
        for (Operator.Weighted operator : weighted.subList(0, weighted.size() - 1)) {
            FloatTensor gains = operator.normalization().orElseThrow().gain();
            assertTrue(spread(gains) > 10, "gains over " + spread(gains));
        }
        assertTrue(weighted.get(weighted.size() - 1).normalization().isEmpty(), "the logits have none");
    }

    private static double spread(FloatTensor gains) {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int channel = 0; channel < gains.size(); channel++) {
            least = Math.min(least, Math.abs(gains.get(channel)));
            most = Math.max(most, Math.abs(gains.get(channel)));
        }
        return most / least;
    }

    private static INDArray images(long seed) {
        Nd4j.getRandom().setSeed(seed);
        return Nd4j.randn(DataType.FLOAT, IMAGES, 32, 32, 3);
    }

    private static INDArray vector(float... values) {
        return Nd4j.createFromArray(values);
    }
}
