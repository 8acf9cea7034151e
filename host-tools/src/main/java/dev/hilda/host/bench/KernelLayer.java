// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A layer whose kernel is timed.
 *
 * @param name a letter of those that engines are compared on, else the text it was read from
 * @param depthwise a channel each; else all input channels
 * @param input what it reads; padding is TensorFlow's SAME
 * @param outputChannels as many as the input's when depthwise
 * @param kernel rows and columns of the window
 */
public record KernelLayer(
        String name, boolean depthwise, TensorShape input, int outputChannels, int kernel, int stride) {
    /** Layers of MobileNetV1 0.75 that published kernels were counted on. */
    public static final List<KernelLayer> KNOWN = List.of(
            new KernelLayer("A", false, new TensorShape(224, 224, 3), 24, 3, 2),
            new KernelLayer("B", true, new TensorShape(112, 112, 24), 24, 3, 1),
            new KernelLayer("C", false, new TensorShape(112, 112, 24), 48, 1, 1),
            new KernelLayer("D", true, new TensorShape(14, 14, 384), 384, 3, 1),
            new KernelLayer("E", false, new TensorShape(14, 14, 384), 384, 1, 1),
            new KernelLayer("F", false, new TensorShape(7, 7, 768), 768, 1, 1),
            new KernelLayer("G", false, TensorShape.vector(768), 1000, 1, 1));

    /** How a layer of one's own is written. */
    public static final String FORM =
            "conv or dw, kernel and stride, input, output channels, as conv3s2:96x96x3-8 or dw3s1:48x48x8";

    private static final Pattern TEXT =
            Pattern.compile("(conv|dw)(\\d{1,2})s([12]):(\\d{1,4})x(\\d{1,4})x(\\d{1,5})(?:-(\\d{1,5}))?");

    /** The layer of this letter, or the one written as {@link #FORM} says; empty when it is neither. */
    public static Optional<KernelLayer> parse(String text) {
        Optional<KernelLayer> known =
                KNOWN.stream().filter(layer -> layer.name.equals(text)).findFirst();
        Matcher matcher = TEXT.matcher(text);
        if (known.isPresent() || !matcher.matches()) {
            return known;
        }
        boolean depthwise = matcher.group(1).equals("dw");
        int channels = Integer.parseInt(matcher.group(6));
        boolean givesOutput = matcher.group(7) != null;
        int kernel = Integer.parseInt(matcher.group(2));
        int height = Integer.parseInt(matcher.group(4));
        int width = Integer.parseInt(matcher.group(5));
        if (depthwise == givesOutput || kernel == 0 || Math.min(height, width) == 0 || channels == 0) {
            return Optional.empty();
        }
        int outputs = givesOutput ? Integer.parseInt(matcher.group(7)) : channels;
        return outputs == 0
                ? Optional.empty()
                : Optional.of(new KernelLayer(
                        text,
                        depthwise,
                        new TensorShape(height, width, channels),
                        outputs,
                        kernel,
                        Integer.parseInt(matcher.group(3))));
    }

    /** One of {@code bands} parts of its rows, padded as if it were the whole; empty when they do not come out even. */
    Optional<KernelLayer> band(int bands) {
        int rows = input.height();
        return rows % (bands * stride) != 0
                ? Optional.empty()
                : Optional.of(new KernelLayer(
                        name,
                        depthwise,
                        new TensorShape(rows / bands, input.width(), input.channels()),
                        outputChannels,
                        kernel,
                        stride));
    }

    Window window() {
        return Window.same(kernel, kernel, stride, stride, 1, 1, input);
    }

    TensorShape output() {
        return window().outputShape(input, outputChannels);
    }

    long macs() {
        long products = (long) kernel * kernel * (depthwise ? 1 : input.channels());
        return output().elements() * products;
    }
}
