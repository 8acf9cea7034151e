// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.Patches;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What a convolution reads, for the calibration images that count: in the network quantized so far and in the float
 * network.
 */
record LayerInputs(
        Operator.Weighted operator, StoredActivations quantized, StoredActivations exact, ImageChoice images) {
    Window window() {
        return operator.accept(new Operator.WeightedVisitor<Window>() {
            @Override
            public Window convolution(Operator.Convolution convolution) {
                return convolution.window();
            }

            @Override
            public Window depthwise(Operator.Depthwise depthwise) {
                return depthwise.window();
            }

            @Override
            public Window fullyConnected(Operator.FullyConnected dense) {
                throw new QuantizationException("expected a convolution of a canonical graph, got " + dense);
            }
        });
    }

    /**
     * The mean over images and output positions of each channel's sums of products.
     *
     * @param weights by channel, in the order of {@link LayerWeights#channel}
     * @param inputs {@link #quantized} or {@link #exact}
     */
    double[] meanSums(IntFunction<double[]> weights, StoredActivations inputs) {
        double[] patch = meanPatch(inputs);
        int channels = operator.outputChannels();
        boolean own = operator.channelsInnermost();
        int inputChannels = inputs.shape().channels();
        double[] sums = new double[channels];
        for (int channel = 0; channel < channels; channel++) {
            double[] ofChannel = weights.apply(channel);
            for (int index = 0; index < ofChannel.length; index++) {
                int column = own ? index * inputChannels + channel * inputChannels / channels : index;
                sums[channel] += ofChannel[index] * patch[column];
            }
        }
        return sums;
    }

    /** Mean of the patches of all output positions; zeros outside the input count. */
    private double[] meanPatch(StoredActivations inputs) {
        Window window = window();
        double[] sums = new double[Patches.columns(window, inputs.shape())];
        long patches = 0;
        for (int chunk = 0; chunk < inputs.chunks(); chunk++) {
            Optional<Batch> batch = images.of(inputs.chunk(chunk), inputs.firstImage(chunk));
            if (batch.isPresent()) {
                Patches.addTo(sums, batch.get(), window);
                patches += (long) batch.get().images()
                        * window.outputShape(inputs.shape(), 1).pixels();
            }
        }
        for (int column = 0; column < sums.length; column++) {
            sums[column] /= patches;
        }
        return sums;
    }
}
