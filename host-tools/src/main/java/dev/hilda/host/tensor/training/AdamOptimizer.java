// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor.training;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1. */
final class AdamOptimizer {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final Map<String, INDArray> means = new HashMap<>();
    private final Map<String, INDArray> squares = new HashMap<>();
    private int steps;

    /** Changes the parameters of a network in place. */
    void update(TrainableGraph network, Map<String, INDArray> gradients, double learningRate) {
        steps++;
        double corrected = learningRate * Math.sqrt(1 - Math.pow(BETA2, steps)) / (1 - Math.pow(BETA1, steps));
        gradients.forEach((name, gradient) -> {
            INDArray mean = means.computeIfAbsent(name, key -> Nd4j.zerosLike(gradient));
            INDArray square = squares.computeIfAbsent(name, key -> Nd4j.zerosLike(gradient));
            mean.muli(BETA1).addi(gradient.mul(1 - BETA1));
            square.muli(BETA2).addi(gradient.mul(gradient).muli(1 - BETA2));
            INDArray change =
                    mean.div(Transforms.sqrt(square, true).addi(EPSILON)).muli(corrected);
            network.parameter(name).subi(change);
        });
    }
}
