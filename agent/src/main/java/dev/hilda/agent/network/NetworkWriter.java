// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the format of {@link NetworkFile}. */
final class NetworkWriter {
    private static final int BYTE_BITS = 8;
    private static final int MAX_U16 = 0xffff;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int version = NetworkFile.OLDEST_VERSION;

    byte[] write(IntegerNetwork network) {
        bytes.writeBytes(NetworkFile.MAGIC);
        u16(version);
        text(network.name());
        u16(network.tensors().size());
        network.tensors().forEach(this::tensor);
        u16(network.layers().size());
        LayerWriter writer = new LayerWriter();
        network.layers().forEach(layer -> layer.accept(writer));
        u16(network.inputs().get(0));
        u16(network.outputs().get(0));
        further(network.inputs(), network.outputs());
        byte[] written = bytes.toByteArray();
        // The layers, inputs and outputs have told which.
        written[NetworkFile.MAGIC.length] = (byte) version;
        return written;
    }

    /** Nothing where there is one of each. */
    private void further(List<Integer> inputs, List<Integer> outputs) {
        if (inputs.size() > 1 || outputs.size() > 1) {
            version = Math.max(version, NetworkFile.SEVERAL_VERSION);
            further(outputs);
        }
        if (inputs.size() > 1) {
            further(inputs);
        }
    }

    private void further(List<Integer> all) {
        u16(all.size() - 1);
        all.subList(1, all.size()).forEach(this::u16);
    }

    private void tensor(Tensor tensor) {
        text(tensor.name());
        i32(tensor.shape().height());
        i32(tensor.shape().width());
        i32(tensor.shape().channels());
        u8(tensor.bits());
        u8(tensor.zeroPoint());
        long scale = Double.doubleToLongBits(tensor.scale());
        i32((int) scale);
        i32((int) (scale >> Integer.SIZE));
    }

    /** Head, then what its kind of layer has. */
    private final class LayerWriter implements Layer.Visitor<NetworkWriter> {
        @Override
        public NetworkWriter convolution(ConvolutionLayer layer) {
            return weighted(NetworkFile.CONVOLUTION, NetworkFile.CONVOLUTION_THRESHOLDS, layer);
        }

        @Override
        public NetworkWriter depthwise(DepthwiseLayer layer) {
            return weighted(NetworkFile.DEPTHWISE, NetworkFile.DEPTHWISE_THRESHOLDS, layer);
        }

        @Override
        public NetworkWriter add(AddLayer layer) {
            return pair(NetworkFile.ADD, layer);
        }

        @Override
        public NetworkWriter sum(SumLayer layer) {
            return pair(NetworkFile.SUM, layer);
        }

        private NetworkWriter pair(int kind, WeightedPair layer) {
            return head(kind, layer)
                    .u16(layer.second())
                    .i32(layer.firstMultiplier())
                    .i32(layer.secondMultiplier())
                    .i32(layer.addend())
                    .u8(layer.rightShift())
                    .clamps(layer.low(), layer.high());
        }

        @Override
        public NetworkWriter product(ProductLayer layer) {
            return head(NetworkFile.PRODUCT, layer).u16(layer.second()).requantization(layer.requantization());
        }

        @Override
        public NetworkWriter concatenation(ConcatenationLayer layer) {
            List<Integer> further = layer.inputs().subList(1, layer.inputs().size());
            head(NetworkFile.CONCATENATION, layer).u16(further.size());
            further.forEach(NetworkWriter.this::u16);
            return u8(NetworkFile.AXES.indexOf(layer.axis()));
        }

        @Override
        public NetworkWriter gather(GatherLayer layer) {
            return head(NetworkFile.GATHER, layer)
                    .ints(layer.rows())
                    .ints(layer.columns())
                    .ints(layer.channels());
        }

        @Override
        public NetworkWriter interpolate(InterpolateLayer layer) {
            return head(NetworkFile.INTERPOLATE, layer)
                    .positions(layer.rows())
                    .positions(layer.columns())
                    .u8(layer.tieThreshold());
        }

        @Override
        public NetworkWriter rescale(RescaleLayer layer) {
            return head(NetworkFile.RESCALE, layer)
                    .i32(layer.multiplier())
                    .i32(layer.addend())
                    .u8(layer.rightShift())
                    .clamps(layer.low(), layer.high());
        }

        @Override
        public NetworkWriter lookup(LookupLayer layer) {
            return head(NetworkFile.LOOKUP, layer).ints(layer.codes());
        }

        @Override
        public NetworkWriter averagePool(AveragePoolLayer layer) {
            return head(NetworkFile.AVERAGE_POOL, layer)
                    .window(layer.window())
                    .u8(layer.tieThreshold())
                    .clamps(layer.low(), layer.high());
        }

        @Override
        public NetworkWriter mean(MeanLayer layer) {
            return head(NetworkFile.MEAN, layer).window(layer.window()).requantization(layer.requantization());
        }

        @Override
        public NetworkWriter maxPool(MaxPoolLayer layer) {
            return head(NetworkFile.MAX_POOL, layer).window(layer.window()).clamps(layer.low(), layer.high());
        }

        @Override
        public NetworkWriter pad(PadLayer layer) {
            return head(NetworkFile.PAD, layer)
                    .u16(layer.top())
                    .u16(layer.bottom())
                    .u16(layer.left())
                    .u16(layer.right());
        }

        @Override
        public NetworkWriter reshape(ReshapeLayer layer) {
            return head(NetworkFile.RESHAPE, layer);
        }

        @Override
        public NetworkWriter softmax(SoftmaxLayer layer) {
            return head(NetworkFile.SOFTMAX, layer).ints(layer.exponentials());
        }

        @Override
        public NetworkWriter prelu(PreluLayer layer) {
            return head(NetworkFile.PRELU, layer).i32(layer.multiplier()).requantization(layer.requantization());
        }
    }

    private NetworkWriter positions(InterpolateLayer.Positions positions) {
        return ints(positions.lower()).ints(positions.upper()).ints(positions.fractions());
    }

    private NetworkWriter head(int kind, Layer layer) {
        while (kind > NetworkFile.highestKind(version)) {
            version++;
        }
        return u8(kind).text(layer.name()).u16(layer.inputs().get(0)).u16(layer.output());
    }

    private NetworkWriter weighted(int kind, int kindWithThresholds, WeightedLayer layer) {
        Requantization to = layer.requantization();
        if (to.hasThresholds()) {
            return head(kindWithThresholds, layer)
                    .window(layer.window())
                    .weights(layer.weights())
                    .u8(Integer.bitCount(to.high()))
                    .ints(to.thresholds());
        }
        return head(kind, layer)
                .window(layer.window())
                .weights(layer.weights())
                .ints(layer.bias())
                .requantization(to);
    }

    private NetworkWriter window(Window window) {
        return u16(window.kernelHeight())
                .u16(window.kernelWidth())
                .u16(window.strideHeight())
                .u16(window.strideWidth())
                .u16(window.dilationHeight())
                .u16(window.dilationWidth())
                .u16(window.padTop())
                .u16(window.padBottom())
                .u16(window.padLeft())
                .u16(window.padRight());
    }

    private NetworkWriter weights(WeightCodes weights) {
        u8(weights.bits());
        i32(weights.outputChannels());
        i32(weights.count());
        for (int o = 0; o < weights.outputChannels(); o++) {
            u8(weights.zeroPoint(o));
        }
        byte[] packed = new byte[Bits.bytes(weights.count(), weights.bits())];
        for (int i = 0; i < weights.count(); i++) {
            int bit = i % (BYTE_BITS / weights.bits()) * weights.bits();
            packed[i / (BYTE_BITS / weights.bits())] |= (byte) (weights.code(i) << bit);
        }
        bytes.writeBytes(packed);
        return this;
    }

    private NetworkWriter requantization(Requantization requantization) {
        return ints(requantization.multipliers())
                .u8(requantization.leftShift())
                .u8(requantization.rightShift())
                .i32(requantization.addend())
                .clamps(requantization.low(), requantization.high());
    }

    private NetworkWriter clamps(int low, int high) {
        return i32(low).i32(high);
    }

    private NetworkWriter ints(Ints values) {
        i32(values.size());
        for (int i = 0; i < values.size(); i++) {
            i32(values.get(i));
        }
        return this;
    }

    private NetworkWriter text(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        u16(encoded.length);
        bytes.writeBytes(encoded);
        return this;
    }

    private NetworkWriter u8(int value) {
        bytes.write(value);
        return this;
    }

    private NetworkWriter u16(int value) {
        Checks.that(value >= 0 && value <= MAX_U16, "at most 65535 bytes of name, tensors or layers", value);
        bytes.write(value);
        bytes.write(value >> BYTE_BITS);
        return this;
    }

    private NetworkWriter i32(int value) {
        return u16(value & MAX_U16).u16(value >>> (2 * BYTE_BITS));
    }
}
