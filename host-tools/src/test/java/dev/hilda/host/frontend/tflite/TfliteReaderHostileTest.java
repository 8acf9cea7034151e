// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.RandomGraphs;
import dev.hilda.host.ir.rewrite.Canonical;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is in a file: a graph or a {@link ModelException}, and memory in proportion to the file. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TfliteReaderHostileTest {
    private static final Path FILE = Path.of("hostile.tflite");
    private static final int FULL_FACTOR = 40;
    /** A constant may be used four times, each element as a float, its copy, a code and its copies. */
    private static final long ALLOCATED_PER_FILE_BYTE = 64;

    /** An intact file uses each constant once. */
    private static final long ALLOCATED_PER_INTACT_FILE_BYTE = 16;

    private static final long ALLOCATED_AT_LEAST_BYTES = 4 << 20;
    private static final int UNREAD_BYTES = 16;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private int imported;

    @Test
    void shouldSurviveDamageToWrittenFiles() {
        damageWrittenFiles(6_000);
    }

    @Tag("full")
    @Test
    void shouldSurviveMuchDamageToWrittenFiles() {
        damageWrittenFiles(6_000 * FULL_FACTOR);
    }

    private void damageWrittenFiles(int files) {
        Random seeds = new Random();
        long originalSeed = 0;
        DamagedFile original = written(seeds);
        for (int count = 0; count < files; count++) {
            long seed = seeds.nextLong();
            Random random = new Random(seed);
            if (count % 20 == 0) {
                originalSeed = seed;
                original = written(random);
            }
            read(original.bytes(random), "damage with seed " + seed + " to a file with seed " + originalSeed);
        }
        assertTrue(imported > files / 100 && imported < files, imported + " of " + files + " were still models");
    }

    private static DamagedFile written(Random random) {
        return new DamagedFile(TfliteWriter.bytes(RandomGraphs.of(random), "a written file"));
    }

    @Test
    void shouldSurviveDamageToRealFiles() throws IOException {
        damageRealFiles(60);
    }

    @Tag("full")
    @Test
    void shouldSurviveMuchDamageToRealFiles() throws IOException {
        damageRealFiles(60 * FULL_FACTOR);
    }

    private void damageRealFiles(int filesPerModel) throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        Random seeds = new Random();
        List<String> models =
                List.of("ic01_resnet8_float", "ic01_resnet8_int8", "kws01_dscnn_int8", "mobilenet_v1_0.25_128_quant");
        for (String model : models) {
            DamagedFile original = new DamagedFile(Files.readAllBytes(TestData.path("models/" + model + ".tflite")));
            for (int count = 0; count < filesPerModel; count++) {
                long seed = seeds.nextLong();
                read(original.bytes(new Random(seed)), model + " with seed " + seed);
            }
        }
        assertTrue(imported > 0, "some were still models");
    }

    @Test
    void shouldTakeLittleMemoryForAnIntactFile() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        byte[] bytes = Files.readAllBytes(TestData.path("models/mobilenet_v1_0.25_128_quant.tflite"));
        TfliteReader.of(FILE, bytes); // What classes take that are loaded now is not the file's.
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        TfliteReader.of(FILE, bytes);
        requireBounded(before, bytes.length, ALLOCATED_PER_INTACT_FILE_BYTE, "an intact file");
    }

    @Test
    void shouldSurviveSenselessFiles() {
        buildSenselessFiles(10_000);
    }

    @Tag("full")
    @Test
    void shouldSurviveManySenselessFiles() {
        buildSenselessFiles(10_000 * FULL_FACTOR);
    }

    private void buildSenselessFiles(int files) {
        Random seeds = new Random();
        for (int count = 0; count < files; count++) {
            long seed = seeds.nextLong();
            read(SenselessModel.of(new Random(seed)), "senseless file with seed " + seed);
        }
        assertTrue(imported > files / 1_000, imported + " of " + files + " made sense");
    }

    @Test
    void shouldRefuseEveryTruncation() {
        byte[] whole = TfliteWriter.bytes(RandomGraphs.of(new Random(7)), "to be cut");
        // The file ends with the buffer of tensors without data, in which nobody looks.
        for (int length = 0; length < whole.length - UNREAD_BYTES; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(ModelException.class, () -> TfliteReader.of(FILE, cut), "cut to " + length);
        }
    }

    private void read(byte[] bytes, String what) {
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        try {
            ImportedModel model = TfliteReader.of(FILE, bytes);
            imported++;
            requireBounded(before, bytes.length, ALLOCATED_PER_FILE_BYTE, what);
            rewrite(model);
        } catch (ModelException refused) {
            requireBounded(before, bytes.length, ALLOCATED_PER_FILE_BYTE, what);
            requireComplete(refused, what);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError escaped) {
            throw new AssertionError(what, escaped);
        }
    }

    /** What is a graph can also be rewritten. */
    private static void rewrite(ImportedModel model) {
        Graph canonical = Canonical.of(model.graph());
        assertEquals(model.graph().outputShape(), canonical.outputShape());
        model.quantized().ifPresent(Canonical::of);
    }

    private static void requireBounded(long before, int fileBytes, long allocatedPerFileByte, String what) {
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        long bound = ALLOCATED_AT_LEAST_BYTES + allocatedPerFileByte * fileBytes;
        assertTrue(allocated <= bound, () -> what + ": " + allocated + " bytes for a file of " + fileBytes);
    }

    private static void requireComplete(ModelException refused, String what) {
        List<String> parts = new ArrayList<>(List.of(
                refused.attempted(),
                refused.expected().orElse(""),
                refused.actual().orElse(""),
                refused.remedy().orElse("")));
        assertTrue(parts.stream().noneMatch(part -> part.isEmpty() || part.equals("null")), () -> what + ": " + parts);
        assertTrue(refused.attempted().startsWith("import " + FILE), refused.attempted());
        assertTrue(String.valueOf(refused.getMessage()).length() < 2_000, refused::getMessage);
    }
}
