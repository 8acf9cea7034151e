// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class NetworkFileTest {
    private static final int VERSION_AT = 4;
    private static final Set<Operator> NEWER = EnumSet.of(
            Operator.MEAN,
            Operator.LOOKUP,
            Operator.SUM,
            Operator.PRODUCT,
            Operator.CONCATENATION,
            Operator.GATHER,
            Operator.INTERPOLATE,
            Operator.PRELU);

    private static final Set<Operator> NEWEST =
            EnumSet.of(Operator.CONVOLUTION_THRESHOLDS, Operator.DEPTHWISE_THRESHOLDS);

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void shouldReadWhatItWrote(@ForAll long seed) {
        IntegerNetwork network = RandomNetworks.sample(seed);
        byte[] bytes = NetworkFile.write(network);
        assertEquals(network, NetworkFile.read(bytes));
        assertArrayEquals(bytes, NetworkFile.write(NetworkFile.read(bytes)));
    }

    /** Whatever still reads as a network must also run. */
    @Property(tries = 2_000, shrinking = ShrinkingMode.OFF)
    void shouldMeetHostileBytesWithOneException(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = NetworkFile.write(RandomNetworks.sample(random.nextInt(40)));
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int near = random.nextBoolean() ? Math.min(bytes.length, 120) : bytes.length;
            bytes[random.nextInt(near)] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(3) - 1);
        }
        byte[] hostile = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 20)) : bytes;
        IntegerNetwork network;
        try {
            network = NetworkFile.read(hostile);
        } catch (NetworkFormatException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith("not an integer network: "), e.getMessage());
            return;
        }
        long elements = network.tensors().stream()
                .mapToLong(tensor -> tensor.shape().elements())
                .sum();
        if (elements < 1 << 20) {
            Oracle.of(network).run(new byte[network.inputTensor().packedBytes()]);
        }
    }

    /** The further outputs stand behind what the file of one output has: nothing else differs but the version. */
    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void shouldKeepTheOrderOfSeveralOutputs(@ForAll long seed) {
        IntegerNetwork network = RandomNetworks.severalOutputs(seed);
        byte[] bytes = NetworkFile.write(network);
        assertTrue(bytes[VERSION_AT] >= 2);
        assertEquals(network, NetworkFile.read(bytes));
        assertArrayEquals(bytes, NetworkFile.write(NetworkFile.read(bytes)));
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThrows(NetworkFormatException.class, () -> NetworkFile.read(longer));
    }

    /** Further inputs stand behind the further outputs, of which there may be none then. */
    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void shouldKeepTheOrderOfSeveralInputs(@ForAll long seed) {
        IntegerNetwork network = RandomNetworks.severalInputs(seed);
        byte[] bytes = NetworkFile.write(network);
        assertTrue(bytes[VERSION_AT] >= 2);
        assertEquals(network, NetworkFile.read(bytes));
        int further = network.inputs().size() - 1;
        assertEquals(further, bytes[bytes.length - 2 * further - 2]);
        assertEquals(0, bytes[bytes.length - 2 * further - 4], "further outputs");
        byte[] fewer = Arrays.copyOf(bytes, bytes.length - 2 * further);
        fewer[fewer.length - 2] = 0;
        assertThrows(NetworkFormatException.class, () -> NetworkFile.read(fewer), "no further inputs");
    }

    @Example
    void shouldRefuseACountOfNoFurtherOutputs() {
        byte[] mean = write(Operator.MEAN);
        assertThrows(NetworkFormatException.class, () -> NetworkFile.read(Arrays.copyOf(mean, mean.length + 2)));
    }

    @Example
    void shouldRefuseEveryTruncation() {
        byte[] bytes = NetworkFile.write(RandomNetworks.chain(3));
        for (int length = 0; length < bytes.length; length += 7) {
            byte[] truncated = Arrays.copyOf(bytes, length);
            assertThrows(NetworkFormatException.class, () -> NetworkFile.read(truncated));
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThrows(NetworkFormatException.class, () -> NetworkFile.read(longer));
    }

    @Example
    void shouldNotAllocateWhatAFileOnlyClaims() {
        byte[] bytes = write(Operator.SOFTMAX);
        int countAt = bytes.length - 4 - 256 * Integer.BYTES - Integer.BYTES;
        bytes[countAt + 3] = 0x7f;
        String message = String.valueOf(assertThrows(NetworkFormatException.class, () -> NetworkFile.read(bytes))
                .getMessage());
        assertTrue(message.contains("a count that the file holds") && message.contains("in layer layer0"), message);
    }

    @Example
    void shouldWriteTheLowestVersionThatKnowsEveryLayer() {
        for (Operator operator : Operator.values()) {
            int version = NEWEST.contains(operator) ? 3 : NEWER.contains(operator) ? 2 : 1;
            assertEquals(version, write(operator)[VERSION_AT], operator.name());
        }
    }

    /** Bundles and results name networks by it: one written before version 2 has the bytes it had. */
    @Example
    void shouldKeepTheHashOfNetworksOfOlderLayers() {
        IntegerNetwork pool = RandomNetworks.layer(Operator.AVERAGE_POOL, new Precision(8, 4, 8), 5);
        assertEquals("9ef4a257de9b9811", NetworkFile.sha256(pool).substring(0, 16));
    }

    @Example
    void shouldRefuseWhatItsVersionDoesNotKnow() {
        refuse(Operator.MEAN, 1, "expected a kind of layer from 1 to 9 in version 1, got [10], in layer 0");
        refuse(Operator.LOOKUP, 1, "expected a kind of layer from 1 to 9 in version 1, got [11], in layer 0");
        refuse(Operator.CONCATENATION, 1, "expected a kind of layer from 1 to 9 in version 1, got [12], in layer 0");
        refuse(Operator.GATHER, 1, "expected a kind of layer from 1 to 9 in version 1, got [15], in layer 0");
        refuse(Operator.INTERPOLATE, 1, "expected a kind of layer from 1 to 9 in version 1, got [16], in layer 0");
        refuse(Operator.PAD, 2, "expected the lowest version that knows all layers, got [2], in the end of the file");
        refuse(
                Operator.DEPTHWISE_THRESHOLDS,
                2,
                "expected a kind of layer from 1 to 17 in version 2, got [19], in layer 0");
        refuse(Operator.MEAN, 3, "expected the lowest version that knows all layers, got [3], in the end of the file");
        refuse(Operator.PAD, 4, "expected version 1 to 3, got [4], in the head of the file");
    }

    private static void refuse(Operator operator, int version, String reason) {
        byte[] bytes = write(operator);
        bytes[VERSION_AT] = (byte) version;
        NetworkFormatException refused =
                assertThrows(NetworkFormatException.class, () -> NetworkFile.read(bytes), reason);
        assertEquals("not an integer network: " + reason, refused.getMessage());
    }

    private static byte[] write(Operator operator) {
        return NetworkFile.write(RandomNetworks.layer(operator, new Precision(8, 8, 8), 5));
    }

    @Example
    void shouldHashTheBytes() {
        IntegerNetwork network = RandomNetworks.chain(3);
        assertEquals(64, NetworkFile.sha256(network).length());
        assertEquals(NetworkFile.sha256(network), NetworkFile.sha256(RandomNetworks.chain(3)));
        assertFalse(NetworkFile.sha256(network).equals(NetworkFile.sha256(RandomNetworks.chain(4))));
    }
}
