// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.testing.TestData;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real data sets, each through a YAML of its own beside this class. */
class SampleDataSetsTest {
    @BeforeEach
    void needTheData() {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
    }

    @Test
    void shouldReadTheBytesOfCifarAsTheyAre() {
        DataSet set = open("cifar10-test-400");
        assertEquals(400, set.size());
        assertEquals(3, set.sample(0).label().orElseThrow());
        assertEquals("cifar10-test-400/399", set.sample(399).id());
        for (int index : new int[] {0, 7, 399}) {
            Sample sample = set.sample(index);
            byte[] codes = sample.codes(8, 1.0, 0);
            assertEquals(ByteBuffer.wrap(codes), sample.stored());
            assertEquals(Byte.toUnsignedInt(codes[1000]), sample.reals()[1000]);
        }
        assertEquals(932, open("cifar10-train-932").size());
    }

    @Test
    void shouldTurnInt8InputsIntoUnsignedCodes() {
        DataSet set = open("kws01-500");
        assertEquals(500, set.size());
        Sample sample = set.sample(0);
        assertEquals("tst_000000_Stop_7.bin", sample.id());
        assertEquals(7, sample.label().orElseThrow());
        ByteBuffer stored = sample.stored();
        byte[] expected = new byte[490];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) (stored.get(i) + 128);
        }
        assertArrayEquals(expected, sample.codes(8, 0.5847029089927673, 83 + 128));
    }

    @Test
    void shouldSlideAWindowOverFrames() {
        DataSet set = open("ad01");
        assertEquals(196, set.size());
        assertEquals(TensorShape.vector(640), set.shape());
        float[] first = set.sample(0).reals();
        float[] second = set.sample(1).reals();
        for (int i = 0; i < 512; i++) {
            assertEquals(first[i + 128], second[i]);
        }
        assertTrue(set.sample(195).label().isEmpty());
    }

    @Test
    void shouldListFilesInTheOrderOfTheirNumbers() {
        DataSet set = open("vww-golden");
        assertEquals(10, set.size());
        assertEquals("9.bin", set.sample(9).id());
        for (Sample sample : set) {
            for (float real : sample.reals()) {
                assertTrue(real >= 0 && real <= 1, sample + " holds " + real);
            }
        }
    }

    @Test
    void shouldDecodeEveryImage() {
        DataSet set = open("imagenet-300");
        assertEquals(300, set.size());
        Sample tench = set.sample(0);
        assertEquals("n01440764_tench.jpg", tench.id());
        assertEquals(1, tench.label().orElseThrow());
        for (int index = 0; index < set.size(); index += 50) {
            byte[] codes = set.sample(index).codes(8, 0.0078125, 128);
            assertEquals(ByteBuffer.wrap(codes), set.sample(index).stored());
        }
    }

    static DataSet open(String name) {
        URL yaml = Objects.requireNonNull(SampleDataSetsTest.class.getResource(name + ".yaml"), name);
        try {
            return DataSets.open(Path.of(yaml.toURI()), TestData.path("."));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
