// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void shouldKeepBytesWhenTheMappingIsThatOfTheInput() {
        byte[] all = allBytes();
        // 1/127.5 and 0.007843137718737125 (its float) have no exact binary form.
        for (double scale : new double[] {1, 0.0078125, 1 / 255.0, 0.007843137718737125}) {
            for (int zeroPoint : new int[] {0, 7, 128, 255}) {
                RealMapping mapping = new RealMapping(scale, -scale * zeroPoint);
                assertArrayEquals(all, bytes(all, ElementType.U8, mapping).codes(8, scale, zeroPoint));
            }
        }
    }

    @Test
    void shouldRoundTiesUpEvenWhereTheDivisionFallsShort() {
        byte[] all = allBytes();
        double scale = 1 / 127.5;
        byte[] codes = bytes(all, ElementType.U8, new RealMapping(scale, -1)).codes(8, scale, 128);
        for (int i = 0; i < codes.length; i++) {
            assertEquals(Math.min(i + 1, 255), Byte.toUnsignedInt(codes[i]));
        }
    }

    @Test
    void shouldReadInt8AsTheCode128Above() {
        byte[] codes = bytes(allBytes(), ElementType.I8, RealMapping.IDENTITY).codes(8, 1, 128);
        for (int i = 0; i < codes.length; i++) {
            assertEquals((byte) i + 128, Byte.toUnsignedInt(codes[i]));
        }
    }

    @Test
    void shouldClampToTheCodesThereAre() {
        Sample sample = floats(-1000, -0.6f, -0.5f, 0, 0.49f, 0.5f, 2.4f, 1e30f);
        assertArrayEquals(new byte[] {0, 0, 1, 1, 1, 2, 3, 3}, sample.codes(2, 1, 1));
    }

    @Property(tries = 200)
    void shouldComeBackWithinHalfAStep(
            @ForAll @IntRange(min = 0, max = 255) int zeroPoint,
            @ForAll @IntRange(min = 1, max = 1000) int thousandths) {
        double scale = thousandths / 1000.0;
        Sample sample = floats(-1.5f, -0.3f, 0, 0.01f, 0.7f, 3);
        byte[] codes = sample.codes(8, scale, zeroPoint);
        float[] reals = sample.reals();
        for (int i = 0; i < codes.length; i++) {
            double low = -scale * zeroPoint;
            double high = scale * (255 - zeroPoint);
            double back = scale * (Byte.toUnsignedInt(codes[i]) - zeroPoint);
            assertEquals(Math.min(Math.max(reals[i], low), high), back, scale * 0.50001);
        }
    }

    @Test
    void shouldRefuseAnInputOfAnotherSize() {
        Sample sample = floats(1, 2, 3);
        assertArrayEquals(
                new byte[] {1, 2, 3}, sample.codes(List.of(new Tensor("input", new TensorShape(3, 1, 1), 8, 0, 1))));
        assertThrows(
                IllegalArgumentException.class,
                () -> sample.codes(List.of(new Tensor("input", TensorShape.vector(4), 8, 0, 1))));
        assertThrows(IllegalArgumentException.class, () -> sample.codes(5, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> sample.codes(8, Double.NaN, 0));
    }

    private static byte[] allBytes() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return all;
    }

    private static Sample bytes(byte[] values, ElementType type, RealMapping mapping) {
        return sample(new InputValues(TensorShape.vector(values.length), type, mapping, values));
    }

    private static Sample sample(InputValues values) {
        return new Sample(0, "s", OptionalInt.empty(), List.of(values));
    }

    private static Sample floats(float... values) {
        ByteBuffer stored = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            stored.putFloat(value);
        }
        TensorShape shape = TensorShape.vector(values.length);
        return sample(new InputValues(shape, ElementType.F32, RealMapping.IDENTITY, stored.array()));
    }
}
