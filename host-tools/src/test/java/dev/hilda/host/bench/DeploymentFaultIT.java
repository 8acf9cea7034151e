// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static dev.hilda.host.bench.TestBench.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.testing.TestData;
import dev.hilda.host.bench.TestBench.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code hilda quantize} and {@code hilda run} with what users get wrong: one message that says what to do, one code. */
class DeploymentFaultIT {
    private static final String BOARD = "virtual-nucleo-h743zi";
    private static final String NO_BROKER = "mqtt://127.0.0.1:1";

    private static final Pattern NEAREST = Pattern.compile("the nearest that would do is (\\d+)");

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @BeforeAll
    static void requireData() {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
    }

    @Test
    void shouldAskForCalibrationData() throws Exception {
        Path model = TestData.path("models/ic01_resnet8_float.tflite");
        Outcome outcome = bench.hilda("quantize", model.toString(), "--board", BOARD, "-o", out());
        assertFails(13, "quantize", "--calibration", outcome);
        assertFalse(Files.exists(Path.of(out())));
    }

    @Test
    void shouldFindWhatIsMissingBeforeTheLongWork() throws Exception {
        String model = TestData.path("models/ic01_resnet8_float.tflite").toString();
        String images = TestDataSets.cifarTrain(bench.folder()).toString();
        Path absent = Files.writeString(bench.folder().resolve("absent.yaml"), """
            name: absent
            layout: files
            data: .
            dtype: u8
            shape: [32, 32, 3]
            labels: absent.csv
            metric: top1
            """);
        Files.writeString(bench.folder().resolve("absent.csv"), "absent.bin,0\n");
        String[] run = {"run", model, "--on", BOARD, "--calibration", images, "--mqtt", NO_BROKER, "--data"};
        assertFailsAtOnce(5, "bench", "an attached board", bench.hilda(with(run, images)));
        assertFailsAtOnce(11, "dataset", "absent.bin", bench.hilda(with(run, absent.toString())));
        String[] quantize = {"quantize", model, "--board", BOARD, "--calibration"};
        String nowhere = bench.folder().resolve("nowhere/out.hilda").toString();
        assertFailsAtOnce(11, "bundle", "nowhere", bench.hilda(with(quantize, images, "-o", nowhere)));
        assertFailsAtOnce(11, "dataset", "absent.bin", bench.hilda(with(quantize, absent.toString(), "-o", out())));
        Map<String, String> noTools = Map.of("PATH", "/nonexistent");
        Process process = bench.startHilda(noTools, with(quantize, images, "-o", out()));
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "hilda still runs");
        assertFailsAtOnce(4, "build", "arm-none-eabi-gcc", bench.outcome(process));
    }

    /** No step of quantization has come to its end. */
    private static void assertFailsAtOnce(int exitCode, String kind, String text, Outcome outcome) {
        assertFails(exitCode, kind, text, outcome);
        assertFalse(outcome.errText().contains(": done in"), outcome.errText());
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void shouldNameTheNearestBudget() throws Exception {
        int flashBytes = nearestBudget(plan("5000", "300000"));
        int ramBytes = nearestBudget(plan("500000", "1500"));
        assertTrue(flashBytes > 5000 && ramBytes > 1500);
        Outcome nearest = plan(String.valueOf(flashBytes), String.valueOf(ramBytes));
        assertEquals(0, nearest.exitCode(), nearest.errText());
        assertFails(13, "quantize", "short by 1;", plan(String.valueOf(flashBytes - 1), "300000"));
    }

    private Outcome plan(String flashBudget, String ramBudget) throws Exception {
        return bench.hilda(
                "quantize",
                TestData.path("models/ic01_resnet8_float.tflite").toString(),
                "--board",
                BOARD,
                "--plan",
                "--flash-budget",
                flashBudget,
                "--ram-budget",
                ramBudget);
    }

    private static int nearestBudget(Outcome outcome) {
        assertFails(13, "quantize", "the nearest that would do is ", outcome);
        Matcher nearest = NEAREST.matcher(outcome.errText());
        assertTrue(nearest.find(), outcome.errText());
        return Integer.parseInt(nearest.group(1));
    }

    @Test
    void shouldRefuseWhatCannotBeRun() throws Exception {
        bench.board("--fast-flash");
        String broker = bench.broker();
        Path bundle = keywordBundle();
        Path keywords = TestDataSets.keywords(bench.folder());
        byte[] bytes = Files.readAllBytes(bundle);
        byte[] flipped = bytes.clone();
        flipped[bytes.length / 2] ^= 1;
        Path damaged = Files.write(bench.folder().resolve("damaged.hilda"), flipped);
        assertFails(11, "bundle", "damaged.hilda", run(damaged, keywords, NO_BROKER));
        Path cut = Files.write(bench.folder().resolve("cut.hilda"), Arrays.copyOf(bytes, bytes.length / 2));
        assertFails(11, "bundle", "cut.hilda", run(cut, keywords, NO_BROKER));
        assertFails(11, "dataset", "490", run(bundle, TestDataSets.cifarTest(bench.folder()), broker));
    }

    @Test
    void shouldLeaveNothingRunningAfterCtrlCWhileImagesStream() throws Exception {
        bench.board("--fast-flash");
        String broker = bench.broker();
        Path bundle = keywordBundle();
        Path keywords = TestDataSets.keywords(bench.folder());
        Process hilda = bench.startHilda("stopped", Map.of(), arguments(bundle, keywords, broker));
        awaitImages(hilda);
        TestBench.interrupt(hilda);
        assertTrue(hilda.waitFor(20, TimeUnit.SECONDS), "hilda goes on");
        assertEquals(130, hilda.exitValue());
        assertEquals(0, hilda.descendants().count());
        try (Stream<Path> left = Files.list(bench.folder().resolve("tmp"))) {
            assertEquals(
                    List.of(),
                    left.filter(file -> file.toString().contains("hilda-flash-"))
                            .toList());
        }
        // The board was left in the middle of an inference; the next run must not notice.
        Outcome next = run(bundle, keywords, broker, "--limit", "5");
        assertEquals(0, next.exitCode(), next.errText());
    }

    private void awaitImages(Process hilda) throws Exception {
        Path err = bench.folder().resolve("stoppederr");
        for (int attempt = 0; attempt < 600; attempt++) {
            if (Files.readString(err).contains("images: ")) {
                assertTrue(hilda.isAlive(), Files.readString(err));
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no image came back:\n" + Files.readString(err));
    }

    private Path keywordBundle() throws Exception {
        Outcome outcome = bench.hilda(
                "quantize", TestData.path("models/kws01_dscnn_int8.tflite").toString(), "--board", BOARD, "-o", out());
        assertEquals(0, outcome.exitCode(), outcome.errText());
        return Path.of(out());
    }

    private String out() {
        return bench.folder().resolve("out.hilda").toString();
    }

    private Outcome run(Path file, Path data, String broker, String... more) throws Exception {
        return bench.hilda(with(arguments(file, data, broker), more));
    }

    private static String[] arguments(Path file, Path data, String broker) {
        return new String[] {
            "run", file.toString(), "--on", BOARD, "--data", data.toString(), "--mqtt", broker, "--bench", "it"
        };
    }
}
