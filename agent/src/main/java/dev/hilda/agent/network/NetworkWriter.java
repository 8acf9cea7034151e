package dev.hilda.agent.network;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the format of {@link NetworkFile}. */
final class NetworkWriter {
    private static final int BYTE_BITS = 8;
    private static final int MAX_U16 = 0xffff;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] write(IntegerNetwork network) {
        bytes.writeBytes(NetworkFile.MAGIC);
        u16(NetworkFile.VERSION);
        text(network.name());
        u16(network.tensors().size());
        network.tensors().forEach(this::tensor);
        u16(network.layers().size());
        network.layers().forEach(this::layer);
        u16(network.input());
        u16(network.output());
        return bytes.toByteArray();
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

    private void layer(Layer layer) {
        if (layer instanceof ConvolutionLayer convolution) {
            head(NetworkFile.CONVOLUTION, layer);
            window(convolution.window());
            weights(convolution.weights());
            ints(convolution.bias());
            requantization(convolution.requantization());
        } else if (layer instanceof DepthwiseLayer depthwise) {
            head(NetworkFile.DEPTHWISE, layer);
            window(depthwise.window());
            weights(depthwise.weights());
            ints(depthwise.bias());
            requantization(depthwise.requantization());
        } else if (layer instanceof AddLayer add) {
            head(NetworkFile.ADD, layer);
            u16(add.second());
            i32(add.firstMultiplier());
            i32(add.secondMultiplier());
            i32(add.addend());
            u8(add.rightShift());
            clamps(add.low(), add.high());
        } else if (layer instanceof RescaleLayer rescale) {
            head(NetworkFile.RESCALE, layer);
            i32(rescale.multiplier());
            i32(rescale.addend());
            u8(rescale.rightShift());
            clamps(rescale.low(), rescale.high());
        } else if (layer instanceof AveragePoolLayer pool) {
            head(NetworkFile.AVERAGE_POOL, layer);
            window(pool.window());
            u8(pool.tieThreshold());
            clamps(pool.low(), pool.high());
        } else if (layer instanceof MaxPoolLayer pool) {
            head(NetworkFile.MAX_POOL, layer);
            window(pool.window());
            clamps(pool.low(), pool.high());
        } else if (layer instanceof PadLayer pad) {
            head(NetworkFile.PAD, layer);
            u16(pad.top());
            u16(pad.bottom());
            u16(pad.left());
            u16(pad.right());
        } else if (layer instanceof ReshapeLayer) {
            head(NetworkFile.RESHAPE, layer);
        } else if (layer instanceof SoftmaxLayer softmax) {
            head(NetworkFile.SOFTMAX, layer);
            ints(softmax.exponentials());
        }
    }

    private void head(int kind, Layer layer) {
        u8(kind);
        text(layer.name());
        u16(layer.inputs().get(0));
        u16(layer.output());
    }

    private void window(Window window) {
        u16(window.kernelHeight());
        u16(window.kernelWidth());
        u16(window.strideHeight());
        u16(window.strideWidth());
        u16(window.dilationHeight());
        u16(window.dilationWidth());
        u16(window.padTop());
        u16(window.padBottom());
        u16(window.padLeft());
        u16(window.padRight());
    }

    private void weights(WeightCodes weights) {
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
    }

    private void requantization(Requantization requantization) {
        ints(requantization.multipliers());
        u8(requantization.leftShift());
        u8(requantization.rightShift());
        i32(requantization.addend());
        clamps(requantization.low(), requantization.high());
    }

    private void clamps(int low, int high) {
        i32(low);
        i32(high);
    }

    private void ints(Ints values) {
        i32(values.size());
        for (int i = 0; i < values.size(); i++) {
            i32(values.get(i));
        }
    }

    private void text(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        u16(encoded.length);
        bytes.writeBytes(encoded);
    }

    private void u8(int value) {
        bytes.write(value);
    }

    private void u16(int value) {
        Checks.that(value >= 0 && value <= MAX_U16, "at most 65535 bytes of name, tensors or layers", value);
        bytes.write(value);
        bytes.write(value >> BYTE_BITS);
    }

    private void i32(int value) {
        u16(value & MAX_U16);
        u16(value >>> (2 * BYTE_BITS));
    }
}
