// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;

/** Well-formed files whose content makes no sense. */
final class SenselessModel {
    private static final int[] EXTENTS = {1, 1, 1, 2, 3, 4, 8, 16, 0, -1, 300, 65_536, 1 << 20, 1 << 28, 0x7FFFFFFF, -2
    };

    private SenselessModel() {}

    /** Tensors and operators at random: giant and empty shapes, missing inputs, cycles, wrong types and constants. */
    static byte[] of(Random random) {
        ModelBuilder file = new ModelBuilder();
        int tensors = 2 + random.nextInt(8);
        for (int index = 0; index < tensors; index++) {
            List<Integer> shape = shape(random);
            boolean isConstant = random.nextInt(3) == 0;
            TensorType type = random.nextInt(4) == 0 ? oneOf(random, List.of(TensorType.values())) : TensorType.FLOAT32;
            if (isConstant) {
                long claimed = shape.stream().mapToLong(extent -> extent).reduce(type.bytes(), (a, b) -> a * b);
                int bytes = claimed >= 0 && claimed <= 4096 ? (int) claimed : random.nextInt(64);
                byte[] data = new byte[bytes];
                if (random.nextBoolean()) {
                    random.nextBytes(data);
                }
                file.constant(name(random, index), shape, type, data, 0);
            } else {
                file.value(name(random, index), shape, type, 0);
            }
        }
        int operators = random.nextInt(6);
        for (int index = 0; index < operators; index++) {
            addOperator(file, random, tensors);
        }
        List<Integer> inputs = random.nextInt(20) == 0 ? indices(random, tensors, 3) : List.of(0);
        List<Integer> outputs =
                random.nextInt(20) == 0 ? indices(random, tensors, 3) : List.of(random.nextInt(tensors));
        return file.finish("senseless", "", inputs, outputs);
    }

    private static <T> T oneOf(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static void addOperator(ModelBuilder file, Random random, int tensors) {
        BuiltinOperator operator = oneOf(random, List.of(BuiltinOperator.values()));
        ToIntFunction<FlatBufferBuilder> options = switch (operator) {
            case CONV_2D -> OptionTables.convolution(window(random), padding(random), Activation.NONE);
            case DEPTHWISE_CONV_2D -> OptionTables.depthwise(window(random), padding(random), 1, Activation.RELU6);
            case AVERAGE_POOL_2D, MAX_POOL_2D -> OptionTables.pool(window(random), padding(random), Activation.RELU);
            case ADD, SUB, MUL -> OptionTables.elementwise(Activation.NONE);
            case CONCATENATION -> OptionTables.concatenation(random.nextInt(6) - 3);
            case GATHER -> OptionTables.gather(random.nextInt(6) - 3);
            case SPLIT, SPLIT_V -> OptionTables.split(random.nextInt(4));
            case UNPACK -> OptionTables.unpack(random.nextInt(4), random.nextInt(6) - 3);
            case RESIZE_NEAREST_NEIGHBOR -> OptionTables.resizeNearest(random.nextBoolean(), random.nextBoolean());
            case RESIZE_BILINEAR -> OptionTables.resizeBilinear(random.nextBoolean(), random.nextBoolean());
            case MIRROR_PAD -> OptionTables.mirrorPad((byte) random.nextInt(3));
            case STRIDED_SLICE -> OptionTables.stridedSlice(random.ints(5, 0, 8).toArray());
            case SOFTMAX -> OptionTables.softmax(random.nextInt(3) - 1.0);
            case LEAKY_RELU -> OptionTables.leakyRelu(1 / (random.nextInt(3) - 1.0));
            default -> OptionTables.NONE;
        };
        List<Integer> inputs = indices(random, tensors, 4);
        List<Integer> outputs = random.nextInt(9) == 0 ? indices(random, tensors, 3) : List.of(random.nextInt(tensors));
        file.operator(operator, 1, inputs, outputs, options);
    }

    private static List<Integer> shape(Random random) {
        if (random.nextInt(3) > 0) {
            // Such shapes often fit one another.
            int channels = 1 << random.nextInt(random.nextInt(4) == 0 ? 29 : 3);
            return random.nextBoolean() ? List.of(1, channels) : List.of(1, 1, 1, channels);
        }
        return random.ints(random.nextInt(6), 0, EXTENTS.length)
                .mapToObj(index -> EXTENTS[index])
                .toList();
    }

    private static String name(Random random, int index) {
        return random.nextInt(8) == 0 ? "" : random.nextInt(8) == 0 ? "\u0000same;\n" : "t" + index;
    }

    private static List<Integer> indices(Random random, int tensors, int atMost) {
        int odd = random.nextInt(10);
        return random.ints(random.nextInt(atMost), odd == 0 ? -2 : 0, odd == 1 ? tensors + 2 : tensors)
                .boxed()
                .toList();
    }

    private static Window window(Random random) {
        return new Window(
                extent(random),
                extent(random),
                extent(random),
                extent(random),
                extent(random),
                extent(random),
                0,
                0,
                0,
                0);
    }

    private static int extent(Random random) {
        return random.nextInt(4) > 0 ? 1 : 1 + random.nextInt(random.nextBoolean() ? 4 : Window.MAX_EXTENT);
    }

    private static byte padding(Random random) {
        return (byte) random.nextInt(random.nextInt(9) == 0 ? 4 : 2);
    }
}
