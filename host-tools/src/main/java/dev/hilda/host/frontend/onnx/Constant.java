// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/** A tensor that the file holds, or that follows from such: row-major. */
final class Constant implements Value {
    private final ElementType type;
    private final List<Integer> dims;
    private final double[] values;
    private final Optional<Codes> codes;

    /**
     * The codes that a constant of real numbers is made of, with the quantization of each element by itself, so that whatever
     * moves elements need not know along which axis scales differ.
     */
    static final class Codes {
        private final int bits;
        private final byte[] elements;
        private final float[] scales;
        private final byte[] zeroPoints;

        /**
         * @param bits 8, 4 or 2
         * @param elements unsigned
         * @param zeroPoints unsigned
         */
        Codes(int bits, byte[] elements, float[] scales, byte[] zeroPoints) {
            this.bits = bits;
            this.elements = elements;
            this.scales = scales;
            this.zeroPoints = zeroPoints;
        }

        int bits() {
            return bits;
        }

        int code(int index) {
            return Byte.toUnsignedInt(elements[index]);
        }

        double scale(int index) {
            return scales[index];
        }

        int zeroPoint(int index) {
            return Byte.toUnsignedInt(zeroPoints[index]);
        }

        private Codes moved(int[] sources) {
            byte[] moved = new byte[sources.length];
            float[] movedScales = new float[sources.length];
            byte[] movedZeroPoints = new byte[sources.length];
            for (int index = 0; index < sources.length; index++) {
                moved[index] = elements[sources[index]];
                movedScales[index] = scales[sources[index]];
                movedZeroPoints[index] = zeroPoints[sources[index]];
            }
            return new Codes(bits, moved, movedScales, movedZeroPoints);
        }
    }

    Constant(ElementType type, List<Integer> dims, double[] values, Optional<Codes> codes) {
        this.type = type;
        this.dims = List.copyOf(dims);
        this.values = values;
        this.codes = codes;
        ImportProblem.requireIntact(Dims.elements(dims) == values.length, "elements of " + dims, values.length);
    }

    Constant(ElementType type, List<Integer> dims, double... values) {
        this(type, dims, values, Optional.empty());
    }

    static Constant integers(List<Integer> values) {
        return new Constant(
                ElementType.INT64,
                List.of(values.size()),
                values.stream().mapToDouble(Integer::doubleValue).toArray());
    }

    @Override
    public ElementType type() {
        return type;
    }

    @Override
    public List<Integer> dims() {
        return dims;
    }

    int size() {
        return values.length;
    }

    double get(int index) {
        return values[index];
    }

    Optional<Codes> codes() {
        return codes;
    }

    /** Its only element. */
    double scalar(String what) {
        ImportProblem.requireIntact(values.length == 1, "one " + what, values.length + " values");
        return values[0];
    }

    /** As integers; beyond those of long, the nearest. */
    long[] longs() {
        return Arrays.stream(values).mapToLong(value -> (long) value).toArray();
    }

    int[] ints(String what) {
        int[] ints = new int[values.length];
        for (int index = 0; index < ints.length; index++) {
            ints[index] = (int) values[index];
            ImportProblem.requireIntact(ints[index] == values[index], what + " as an integer", values[index]);
        }
        return ints;
    }

    /** Other elements of it, or in another order. */
    Constant moved(List<Integer> to, int[] sources) {
        double[] moved = new double[sources.length];
        Arrays.setAll(moved, index -> values[sources[index]]);
        return new Constant(type, to, moved, codes.map(given -> given.moved(sources)));
    }

    /** Without making the result larger. */
    boolean isBroadcastableTo(List<Integer> to) {
        return Dims.broadcast(dims, to).equals(to);
    }

    Constant reshaped(List<Integer> to) {
        return new Constant(type, to, values, codes);
    }

    /** Each of its elements through a function, rounded as its type is. */
    Constant mapped(ElementType to, DoubleUnaryOperator function) {
        double[] mapped = new double[values.length];
        Arrays.setAll(mapped, index -> rounded(to, function.applyAsDouble(values[index])));
        return new Constant(to, dims, mapped, Optional.empty());
    }

    static double rounded(ElementType type, double value) {
        return switch (type) {
            case FLOAT, FLOAT16, BFLOAT16 -> (float) value;
            case DOUBLE -> value;
            case BOOL -> value == 0 ? 0 : 1;
            default -> value < 0 ? Math.ceil(value) : Math.floor(value);
        };
    }
}
