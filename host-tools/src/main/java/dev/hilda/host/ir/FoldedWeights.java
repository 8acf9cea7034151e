package dev.hilda.host.ir;

/** Weights and bias that have taken up the channel normalization: w·gain and bias·gain + offset. */
record FoldedWeights(FloatTensor weights, FloatTensor bias) {
    static FoldedWeights of(Operator.Weighted operator, ChannelNormalization normalization) {
        int channels = operator.outputChannels();
        float[] bias = operator.bias().toArray();
        for (int channel = 0; channel < channels; channel++) {
            bias[channel] = bias[channel] * normalization.gain().get(channel)
                    + normalization.offset().get(channel);
        }
        float[] weights = operator.weights().toArray();
        int run = operator instanceof Operator.Depthwise ? 1 : weights.length / channels;
        for (int index = 0; index < weights.length; index++) {
            weights[index] *= normalization.gain().get(index / run % channels);
        }
        return new FoldedWeights(new FloatTensor(operator.weights().shape(), weights), FloatTensor.vector(bias));
    }
}
