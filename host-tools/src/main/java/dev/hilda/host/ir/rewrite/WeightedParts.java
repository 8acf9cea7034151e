package dev.hilda.host.ir.rewrite;

import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import java.util.Optional;

/** A weighted operator in which some parts are exchanged. */
record WeightedParts(
        Operator.Weighted original,
        FloatTensor givenBias,
        Optional<ChannelNormalization> givenNormalization,
        Activation givenActivation) {
    static WeightedParts of(Operator.Weighted original) {
        return new WeightedParts(original, original.bias(), original.normalization(), original.activation());
    }

    WeightedParts bias(FloatTensor bias) {
        return new WeightedParts(original, bias, givenNormalization, givenActivation);
    }

    WeightedParts normalization(ChannelNormalization normalization) {
        return new WeightedParts(original, givenBias, Optional.of(normalization), givenActivation);
    }

    WeightedParts activation(Activation activation) {
        return new WeightedParts(original, givenBias, givenNormalization, activation);
    }

    Operator.Weighted operator() {
        if (original instanceof Operator.Convolution convolution) {
            return new Operator.Convolution(
                    convolution.window(), convolution.weights(), givenBias, givenNormalization, givenActivation);
        }
        if (original instanceof Operator.Depthwise depthwise) {
            return new Operator.Depthwise(
                    depthwise.window(), depthwise.weights(), givenBias, givenNormalization, givenActivation);
        }
        return new Operator.FullyConnected(original.weights(), givenBias, givenNormalization, givenActivation);
    }
}
