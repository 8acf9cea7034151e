// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the format of {@link NetworkFile}; nothing is allocated that the remaining bytes could not fill. */
final class NetworkReader {
    private static final int BYTE_BITS = 8;

    private final ByteBuffer bytes;
    private String reading = "the head of the file";
    private int version;
    private int highestKind;

    NetworkReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    IntegerNetwork read() {
        try {
            return network();
        } catch (BufferUnderflowException e) {
            throw failure("the file ends too early", e);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw failure(String.valueOf(e.getMessage()), e);
        }
    }

    private NetworkFormatException failure(String reason, Exception cause) {
        return new NetworkFormatException("not an integer network: " + reason + ", in " + reading, cause);
    }

    private IntegerNetwork network() {
        byte[] magic = new byte[NetworkFile.MAGIC.length];
        bytes.get(magic);
        Checks.that(Arrays.equals(magic, NetworkFile.MAGIC), "the magic bytes HNET", magic);
        version = u16();
        Checks.that(
                version >= NetworkFile.OLDEST_VERSION && version <= NetworkFile.NEWEST_VERSION,
                "version " + NetworkFile.OLDEST_VERSION + " to " + NetworkFile.NEWEST_VERSION,
                version);
        String name = text();
        List<Tensor> tensors = new ArrayList<>();
        int tensorCount = u16();
        for (int i = 0; i < tensorCount; i++) {
            reading = "tensor " + i;
            tensors.add(tensor());
        }
        List<Layer> layers = new ArrayList<>();
        reading = "the number of layers";
        int layerCount = u16();
        for (int i = 0; i < layerCount; i++) {
            reading = "layer " + i;
            layers.add(layer());
        }
        reading = "the end of the file";
        List<Integer> inputs = new ArrayList<>(List.of(u16()));
        List<Integer> outputs = new ArrayList<>(List.of(u16()));
        readFurther(inputs, outputs);
        Checks.that(!bytes.hasRemaining(), "no bytes after the network", bytes.remaining());
        boolean needed = version == NetworkFile.OLDEST_VERSION
                || highestKind > NetworkFile.highestKind(version - 1)
                || inputs.size() > 1
                || outputs.size() > 1;
        Checks.that(needed, "the lowest version that knows all layers", version);
        reading = "the network as a whole";
        return new IntegerNetwork(name, tensors, layers, inputs, outputs);
    }

    private void readFurther(List<Integer> inputs, List<Integer> outputs) {
        if (version < NetworkFile.SEVERAL_VERSION || !bytes.hasRemaining()) {
            return;
        }
        readFurther(outputs);
        if (bytes.hasRemaining()) {
            readFurther(inputs);
            Checks.that(inputs.size() > 1, "a number of further inputs only where there are any", 0);
        }
        boolean several = inputs.size() > 1 || outputs.size() > 1;
        Checks.that(several, "a number of further outputs only where there are any", 0);
    }

    private void readFurther(List<Integer> tensors) {
        int further = u16();
        for (int i = 0; i < further; i++) {
            tensors.add(u16());
        }
    }

    private Tensor tensor() {
        String name = text();
        TensorShape shape = new TensorShape(bytes.getInt(), bytes.getInt(), bytes.getInt());
        return new Tensor(name, shape, u8(), u8(), bytes.getDouble());
    }

    private Layer layer() {
        int kind = u8();
        Checks.that(
                kind >= 1 && kind <= NetworkFile.highestKind(version),
                "a kind of layer from 1 to " + NetworkFile.highestKind(version) + " in version " + version,
                kind);
        highestKind = Math.max(highestKind, kind);
        String name = text();
        reading = "layer " + name;
        int input = u16();
        int output = u16();
        return switch (kind) {
            case NetworkFile.CONVOLUTION ->
                new ConvolutionLayer(name, input, output, window(), weights(), ints(), requantization());
            case NetworkFile.DEPTHWISE ->
                new DepthwiseLayer(name, input, output, window(), weights(), ints(), requantization());
            case NetworkFile.CONVOLUTION_THRESHOLDS ->
                new ConvolutionLayer(name, input, output, window(), weights(), Ints.of(), thresholds());
            case NetworkFile.DEPTHWISE_THRESHOLDS ->
                new DepthwiseLayer(name, input, output, window(), weights(), Ints.of(), thresholds());
            case NetworkFile.ADD -> {
                int second = u16();
                yield new AddLayer(name, input, second, output, i32(), i32(), i32(), u8(), i32(), i32());
            }
            case NetworkFile.SUM -> {
                int second = u16();
                yield new SumLayer(name, input, second, output, i32(), i32(), i32(), u8(), i32(), i32());
            }
            case NetworkFile.PRODUCT -> new ProductLayer(name, input, u16(), output, requantization());
            case NetworkFile.CONCATENATION -> concatenation(name, input, output);
            case NetworkFile.GATHER -> new GatherLayer(name, input, output, ints(), ints(), ints());
            case NetworkFile.INTERPOLATE -> new InterpolateLayer(name, input, output, positions(), positions(), u8());
            case NetworkFile.RESCALE -> new RescaleLayer(name, input, output, i32(), i32(), u8(), i32(), i32());
            case NetworkFile.LOOKUP -> new LookupLayer(name, input, output, ints());
            case NetworkFile.AVERAGE_POOL -> new AveragePoolLayer(name, input, output, window(), u8(), i32(), i32());
            case NetworkFile.MEAN -> new MeanLayer(name, input, output, window(), requantization());
            case NetworkFile.MAX_POOL -> new MaxPoolLayer(name, input, output, window(), i32(), i32());
            case NetworkFile.PAD -> new PadLayer(name, input, output, u16(), u16(), u16(), u16());
            case NetworkFile.RESHAPE -> new ReshapeLayer(name, input, output);
            case NetworkFile.SOFTMAX -> new SoftmaxLayer(name, input, output, ints());
            case NetworkFile.PRELU -> new PreluLayer(name, input, output, i32(), requantization());
            default -> throw new IllegalArgumentException("expected a kind of layer that there is, got " + kind);
        };
    }

    private ConcatenationLayer concatenation(String name, int first, int output) {
        List<Integer> inputs = new ArrayList<>(List.of(first));
        int further = u16();
        for (int i = 0; i < further; i++) {
            inputs.add(u16());
        }
        int axis = u8();
        int axes = NetworkFile.AXES.size();
        Checks.that(axis < axes, "an axis from 0 to " + (axes - 1), axis);
        return new ConcatenationLayer(name, inputs, output, NetworkFile.AXES.get(axis));
    }

    private InterpolateLayer.Positions positions() {
        return new InterpolateLayer.Positions(ints(), ints(), ints());
    }

    private Window window() {
        return new Window(u16(), u16(), u16(), u16(), u16(), u16(), u16(), u16(), u16(), u16());
    }

    private WeightCodes weights() {
        int bits = u8();
        Checks.that(Bits.isCode(bits), "weights of 8, 4 or 2 bits", bits);
        int channels = count(Byte.BYTES);
        int codes = bytes.getInt();
        Checks.that(codes >= 0 && Bits.bytes(codes, bits) <= bytes.remaining(), "codes that the file holds", codes);
        int[] zeroPoints = new int[channels];
        for (int o = 0; o < channels; o++) {
            zeroPoints[o] = u8();
        }
        byte[] packed = new byte[Bits.bytes(codes, bits)];
        bytes.get(packed);
        byte[] unpacked = new byte[codes];
        int perByte = BYTE_BITS / bits;
        for (int i = 0; i < codes; i++) {
            int value = Byte.toUnsignedInt(packed[i / perByte]) >> (i % perByte * bits);
            unpacked[i] = (byte) (value & Bits.highestCode(bits));
        }
        return new WeightCodes(bits, unpacked, zeroPoints);
    }

    private Requantization requantization() {
        return new Requantization(ints(), u8(), u8(), i32(), i32(), i32());
    }

    private Requantization thresholds() {
        int bits = u8();
        Checks.that(Bits.isCode(bits), "codes of 8, 4 or 2 bits", bits);
        return Requantization.byThresholds(bits, ints());
    }

    private Ints ints() {
        int[] values = new int[count(Integer.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = i32();
        }
        return Ints.of(values);
    }

    /** A number of values that the remaining bytes can hold. */
    private int count(int bytesEach) {
        int count = bytes.getInt();
        Checks.that(count >= 0 && count <= bytes.remaining() / bytesEach, "a count that the file holds", count);
        return count;
    }

    private String text() {
        int length = u16();
        Checks.that(length <= bytes.remaining(), "a name that the file holds", length);
        ByteBuffer encoded = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("expected a name in UTF-8", e);
        }
    }

    private int u8() {
        return Byte.toUnsignedInt(bytes.get());
    }

    private int u16() {
        return Short.toUnsignedInt(bytes.getShort());
    }

    private int i32() {
        return bytes.getInt();
    }
}
