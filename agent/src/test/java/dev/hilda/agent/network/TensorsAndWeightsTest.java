// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tensors, their packing and weights may be. */
class TensorsAndWeightsTest {
    private static final TensorShape VECTOR = TensorShape.vector(3);

    private static void refused(String reason, Executable construction) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, construction).getMessage());
        assertTrue(message.startsWith("expected " + reason), message);
    }

    @Test
    void shouldHoldAtMost2To28Elements() {
        assertEquals(1 << 28, new TensorShape(1 << 14, 1 << 13, 2).elements());
        assertEquals(1 << 27, new TensorShape(1 << 14, 1 << 13, 2).pixels());
        refused("a shape of at most 2^28 elements", () -> new TensorShape(1 << 14, (1 << 13) + 1, 2));
        refused("a shape of at most 2^28 elements", () -> new TensorShape(1 << 16, 1 << 16, 1 << 16));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 0, 1", "1, 1, 0"})
    void shouldHaveSomethingOnEachAxis(int height, int width, int channels) {
        refused("a shape of at least 1×1×1", () -> new TensorShape(height, width, channels));
    }

    @Test
    void shouldHaveANameAWidthAndAScale() {
        refused("a tensor name", () -> new Tensor("", VECTOR, 8, 0, 1));
        refused("8, 4, 2 or 32 bits for tensor x", () -> new Tensor("x", VECTOR, 16, 0, 1));
        refused("a positive scale of tensor x", () -> new Tensor("x", VECTOR, 8, 0, 0));
        refused("a positive scale of tensor x", () -> new Tensor("x", VECTOR, 8, 0, Double.POSITIVE_INFINITY));
        refused("a positive scale of tensor x", () -> new Tensor("x", VECTOR, 8, 0, Double.NaN));
    }

    @ParameterizedTest
    @CsvSource({"8, 255", "4, 15", "2, 3", "32, 0"})
    void shouldHaveACodeForZero(int bits, int highest) {
        assertEquals(highest, new Tensor("x", VECTOR, bits, highest, 1).zeroPoint());
        String reason = "a zero point of tensor x from 0 to " + highest;
        refused(reason, () -> new Tensor("x", VECTOR, bits, highest + 1, 1));
        refused(reason, () -> new Tensor("x", VECTOR, bits, -1, 1));
    }

    /** Two pixels of three channels; each pixel begins a byte, and its first channel has the low bits. */
    @ParameterizedTest
    @CsvSource({"8, '1 2 3 3 0 1'", "4, '33 3 3 1'", "2, '57 19'"})
    void shouldPackPixelsByPixel(int bits, String expected) {
        Tensor tensor = new Tensor("x", new TensorShape(1, 2, 3), bits, 0, 1);
        int[] codes = {1, 2, 3, 3, 0, 1};
        StringBuilder packed = new StringBuilder();
        for (byte value : Packing.pack(tensor, codes)) {
            packed.append(' ').append(value);
        }
        assertEquals(" " + expected, packed.toString());
        assertArrayEquals(codes, Packing.unpack(tensor, Packing.pack(tensor, codes)));
    }

    @Test
    void shouldPackInt32LittleEndian() {
        Tensor tensor = new Tensor("x", TensorShape.vector(2), 32, 0, 1);
        int[] values = {0x01020384, Integer.MIN_VALUE};
        byte[] packed = Packing.pack(tensor, values);
        assertArrayEquals(new byte[] {(byte) 0x84, 3, 2, 1, 0, 0, 0, (byte) 0x80}, packed);
        assertArrayEquals(values, Packing.unpack(tensor, packed));
    }

    @Test
    void shouldPackNothingElse() {
        Tensor tensor = new Tensor("x", VECTOR, 4, 0, 1);
        refused("codes of", () -> Packing.pack(tensor, new int[] {0, 16, 0}));
        refused("codes of", () -> Packing.pack(tensor, new int[] {0, -1, 0}));
        refused("as many codes as", () -> Packing.pack(tensor, new int[4]));
        refused("2 bytes of", () -> Packing.unpack(tensor, new byte[3]));
    }

    @Test
    void shouldLimitEveryPartOfAWindow() {
        int[] most = new int[10];
        for (int part = 0; part < most.length; part++) {
            most[part] = Window.MAX_EXTENT;
        }
        assertEquals(Window.MAX_EXTENT * Window.MAX_EXTENT, window(most).taps());
        String[] least = {"a kernel", "a kernel", "strides", "strides", "dilations", "dilations"};
        for (int part = 0; part < most.length; part++) {
            int at = part;
            int below = part < least.length ? 0 : -1;
            String reason = part < least.length ? least[part] + " of at least 1" : "padding of at least 0";
            refused(reason, () -> window(changed(most, at, below)));
            refused(
                    "kernel, strides, dilations and padding of at most 16384",
                    () -> window(changed(most, at, Window.MAX_EXTENT + 1)));
        }
    }

    private static int[] changed(int[] parts, int at, int value) {
        int[] changed = parts.clone();
        changed[at] = value;
        return changed;
    }

    private static Window window(int... parts) {
        return new Window(
                parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6], parts[7], parts[8], parts[9]);
    }

    /** As TensorFlow pads: ⌈7 / 2⌉ rows of 5 taps' extent need 4 more, ⌈8 / 3⌉ columns of 4 need 2 more. */
    @Test
    void shouldPadAsTensorFlowDoes() {
        TensorShape input = new TensorShape(7, 8, 1);
        Window same = Window.same(3, 4, 2, 3, 2, 1, input);
        assertEquals(new Window(3, 4, 2, 3, 2, 1, 2, 2, 1, 1), same);
        assertEquals(new TensorShape(4, 3, 5), same.outputShape(input, 5));
        assertTrue(same.hasSamePadding(input));
        assertFalse(Window.of(3, 4).hasSamePadding(input));
        assertEquals(new Window(2, 4, 1, 1, 1, 1, 0, 1, 1, 2), Window.same(2, 4, 1, 1, 1, 1, input));
        assertEquals(new Window(1, 1, 3, 3, 1, 1, 0, 0, 0, 0), Window.same(1, 1, 3, 3, 1, 1, input), "less than none");
    }

    @Test
    void shouldRefuseAKernelLargerThanThePaddedInput() {
        TensorShape input = new TensorShape(3, 4, 1);
        assertEquals(
                new TensorShape(1, 1, 2), window(2, 2, 1, 1, 2, 3, 0, 0, 0, 0).outputShape(input, 2));
        assertEquals(
                new TensorShape(1, 1, 2), window(5, 6, 1, 1, 1, 1, 1, 1, 0, 2).outputShape(input, 2));
        String reason = "a kernel no larger than the padded input 3x4x1";
        refused(reason, () -> window(2, 2, 1, 1, 3, 1, 0, 0, 0, 0).outputShape(input, 2));
        refused(reason, () -> window(2, 2, 1, 1, 1, 4, 0, 0, 0, 0).outputShape(input, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 4, 2})
    void shouldHoldWeightsToTheirBits(int bits) {
        int highest = Bits.highestCode(bits);
        WeightCodes codes = new WeightCodes(bits, new byte[] {(byte) highest, 0}, new int[] {0, highest});
        assertEquals(highest, codes.code(0));
        assertEquals(highest, codes.zeroPoint(1));
        String points = "zero points from 0 to " + highest;
        refused(points, () -> new WeightCodes(bits, new byte[2], new int[] {highest + 1, 0}));
        refused(points, () -> new WeightCodes(bits, new byte[2], new int[] {-1, 0}));
        if (bits < 8) {
            byte[] beyond = {0, (byte) (highest + 1)};
            refused("weight codes up to " + highest, () -> new WeightCodes(bits, beyond, new int[2]));
        }
    }

    @Test
    void shouldHaveAsManyWeightsForEachChannel() {
        refused("weights of 8, 4 or 2 bits", () -> new WeightCodes(3, new byte[2], new int[2]));
        refused("at least one output channel", () -> new WeightCodes(8, new byte[2], new int[0]));
        refused("a multiple of 2 weights", () -> new WeightCodes(8, new byte[3], new int[2]));
        refused("a multiple of 2 weights", () -> new WeightCodes(8, new byte[0], new int[2]));
    }

    @Test
    void shouldEqualWeightsOfTheSameBitsCodesAndZeroPoints() {
        WeightCodes codes = new WeightCodes(4, new byte[] {1, 2}, new int[] {3});
        assertEquals(codes, new WeightCodes(4, new byte[] {1, 2}, new int[] {3}));
        assertEquals(codes.hashCode(), new WeightCodes(4, new byte[] {1, 2}, new int[] {3}).hashCode());
        assertNotEquals(codes, new WeightCodes(8, new byte[] {1, 2}, new int[] {3}));
        assertNotEquals(codes, new WeightCodes(4, new byte[] {2, 1}, new int[] {3}));
        assertNotEquals(codes, new WeightCodes(4, new byte[] {1, 2}, new int[] {4}));
    }

    @Test
    void shouldRequantizeWithinWhatAWordHolds() {
        Ints one = Ints.of(1);
        assertFalse(new Requantization(one, 30, 30, 0, 5, 5).isRaw());
        refused("a left shift from 0 to 30", () -> new Requantization(one, 31, 0, 0, 0, 1));
        refused("a left shift from 0 to 30", () -> new Requantization(one, -1, 0, 0, 0, 1));
        refused("a right shift from 0 to 30", () -> new Requantization(one, 0, 31, 0, 0, 1));
        refused("a right shift from 0 to 30", () -> new Requantization(one, 0, -1, 0, 0, 1));
        refused("clamps in order", () -> new Requantization(one, 0, 0, 0, 1, 0));
        assertTrue(Requantization.RAW.isRaw());
    }
}
