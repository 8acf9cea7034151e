// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor.training;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.dataset.DataSets;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.tensor.TensorRuntime;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The model that the demo ships. */
class ShippedModelTest {
    @Test
    void shouldTellTheShapesApart() throws Exception {
        Graph graph = graph();
        assertTrue(graph.nodes().stream().anyMatch(node -> node.operator() instanceof Operator.Add), "residual");
        assertTrue(graph.nodes().stream().anyMatch(node -> node.operator() instanceof Operator.Depthwise), "depthwise");
        TensorRuntime.start(System.getenv());
        double accuracy = ShapesTrainer.accuracy(graph, DataSets.shipped("shapes-held-out"));
        assertTrue(accuracy >= 0.95, "top-1 on 1,000 held-out images: " + accuracy);
    }

    private static Graph graph() throws Exception {
        URL model = Objects.requireNonNull(ShippedModelTest.class.getResource("/dev/hilda/host/demo/shapes.tflite"));
        return new TfliteReader().read(Path.of(model.toURI())).graph();
    }
}
