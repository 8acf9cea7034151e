// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.bench.TestBench.Outcome;
import dev.hilda.host.retrain.TrainingFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code hilda retrain}, killed by SIGKILL in the middle of training and started again. */
class KilledRetrainIT {
    private static final int EPOCHS = 16;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldEndInTheSameBundleAfterASigkill() throws Exception {
        Path checkpoint = bench.folder().resolve("checkpoint");
        Path resumed = bench.folder().resolve("resumed.hilda");
        String[] interruptible = arguments(resumed, "--checkpoint", checkpoint.toString());
        Process killed = bench.startHilda(Map.of(), interruptible);
        awaitEpoch(killed, 2);
        killed.destroyForcibly().waitFor();
        assertTrue(Files.exists(checkpoint));
        assertFalse(Files.exists(resumed));

        Outcome second = bench.hilda(Map.of(), interruptible);
        assertEquals(0, second.exitCode(), second.errText());
        long epochs =
                second.err().stream().filter(line -> line.startsWith("epoch ")).count();
        assertTrue(epochs > 0 && epochs <= EPOCHS - 2, second.errText());
        assertFalse(second.errText().contains("before training"), second.errText());

        Path whole = bench.folder().resolve("whole.hilda");
        Outcome uninterrupted = bench.hilda(arguments(whole));
        assertEquals(0, uninterrupted.exitCode(), uninterrupted.errText());
        assertEquals(-1, Files.mismatch(whole, resumed), "bundles differ");
    }

    private String[] arguments(Path out, String... further) throws Exception {
        String[] fixed = {
            "retrain",
            TrainingFiles.model(bench.folder()).toString(),
            "--board",
            "virtual-nucleo-h743zi",
            "--calibration",
            TrainingFiles.images(bench.folder(), "images", 200, "").toString(),
            "--weight-bits",
            "2",
            "--activation-bits",
            "4",
            "--batch",
            "8",
            "--epochs",
            String.valueOf(EPOCHS),
            "-o",
            out.toString()
        };
        String[] all = Arrays.copyOf(fixed, fixed.length + further.length);
        System.arraycopy(further, 0, all, fixed.length, further.length);
        return all;
    }

    private void awaitEpoch(Process hilda, int epoch) throws Exception {
        Path err = bench.folder().resolve("err");
        for (int attempt = 0; attempt < 12_000 && hilda.isAlive(); attempt++) {
            if (Files.readString(err).contains("epoch " + epoch + ":")) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("no epoch " + epoch + ": " + Files.readString(err));
    }
}
