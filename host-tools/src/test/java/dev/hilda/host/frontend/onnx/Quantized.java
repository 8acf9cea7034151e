// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import onnx.Onnx.NodeProto;

/** A model with shorthands for what is quantized. */
record Quantized(ModelBuilder model, Random random) {
    Quantized node(String type, String output, Consumer<NodeProto.Builder> attributes, String... inputs) {
        model.node(type, List.of(inputs), output, attributes);
        return this;
    }

    Quantized node(String type, String output, String... inputs) {
        return node(type, output, node -> {}, inputs);
    }

    /** Scale and zero point. */
    Quantized grid(String name, ElementType type, double scale, int zero) {
        model.floats(name + "_scale", List.of(), (float) scale).integers(name + "_zero", type, List.of(), zero);
        return this;
    }

    /** A tensor of real numbers through codes. */
    Quantized fake(String from, String to, ElementType type, double scale, int zero) {
        grid(to, type, scale, zero);
        return node("QuantizeLinear", to + "_codes", from, to + "_scale", to + "_zero")
                .node("DequantizeLinear", to, to + "_codes", to + "_scale", to + "_zero");
    }

    /** Codes of weights. */
    Quantized codes(String name, ElementType type, Integer... dims) {
        int[] codes = new int[Dims.elements(List.of(dims))];
        for (int index = 0; index < codes.length; index++) {
            codes[index] = type == ElementType.INT8 ? random.nextInt(255) - 127 : random.nextInt(256);
        }
        model.integers(name, type, List.of(dims), codes);
        return this;
    }

    /** One scale for each channel, and zero points of 0. */
    Quantized perChannel(String name, int channels) {
        float[] scales = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            scales[channel] = 0.002f + 0.01f * random.nextFloat();
        }
        model.floats(name + "_scale", List.of(channels), scales)
                .integers(name + "_zero", ElementType.INT8, List.of(channels), new int[channels]);
        return this;
    }

    Quantized biases(String name, int channels) {
        int[] biases = new int[channels];
        for (int channel = 0; channel < channels; channel++) {
            biases[channel] = random.nextInt(4000) - 2000;
        }
        model.integers(name, ElementType.INT32, List.of(channels), biases);
        return this;
    }

    Quantized ones(String name, int count) {
        model.floats(name, List.of(count), toArray(Collections.nCopies(count, 1f)));
        return this;
    }

    private static float[] toArray(List<Float> values) {
        float[] array = new float[values.size()];
        for (int index = 0; index < array.length; index++) {
            array[index] = values.get(index);
        }
        return array;
    }

    Quantized real(String name, double value) {
        model.floats(name, List.of(), (float) value);
        return this;
    }

    /** As "low" and "high". */
    Quantized limits(double low, double high) {
        return real("low", low).real("high", high);
    }

    Quantized reals(String name, double deviation, Integer... dims) {
        float[] values = new float[Dims.elements(List.of(dims))];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) (deviation * random.nextGaussian());
        }
        model.floats(name, List.of(dims), values);
        return this;
    }
}
