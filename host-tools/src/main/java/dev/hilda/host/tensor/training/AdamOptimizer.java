// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor.training;

import dev.hilda.host.tensor.Adam;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** {@link Adam} for the parameters of a network, by name. */
final class AdamOptimizer {
    private final Map<String, Adam> remembered = new HashMap<>();
    private int steps;

    /** Changes the parameters of a network in place. */
    void update(TrainableGraph network, Map<String, INDArray> gradients, double learningRate) {
        steps++;
        gradients.forEach((name, gradient) -> {
            INDArray parameter = network.parameter(name);
            float[] values = inOrder(parameter);
            Adam adam = remembered.computeIfAbsent(name, key -> new Adam(values.length));
            adam.update(values, inOrder(gradient), steps, learningRate, 0);
            parameter.assign(Nd4j.createFromArray(values).reshape('c', parameter.shape()));
        });
    }

    private static float[] inOrder(INDArray array) {
        return array.dup('c').data().asFloat();
    }
}
