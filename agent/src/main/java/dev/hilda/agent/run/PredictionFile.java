// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.protocol.InferAnswer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A file with what the board made of each input, written as the answers come. */
interface PredictionFile extends Closeable {
    /**
     * Adds the next input.
     *
     * @param scores the outputs as real numbers
     */
    void add(Sample sample, InferAnswer answer, double[] scores) throws IOException;

    /** Whether a file is to be a NumPy array, as its name says. */
    static boolean isArray(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
    }

    /** Refuses before the long work a file that cannot be made. */
    static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw unwritable(file, Files.isDirectory(file) ? "a folder" : "no folder " + folder);
        }
    }

    /**
     * Begins a file, and replaces one that is there.
     *
     * @throws BenchFailure of kind {@link FailureKind#DATASET} when it cannot be written
     */
    static PredictionFile open(Path file, IntegerNetwork network) {
        try {
            return isArray(file) ? new ScoreArray(file, network.answerElements()) : new PredictionTable(file, network);
        } catch (IOException e) {
            throw unwritable(file, e.toString());
        }
    }

    /** That it could not be written. */
    static BenchFailure unwritable(Path file, String reason) {
        return BenchFailure.of(FailureKind.DATASET, "write the predictions to " + file)
                .expected("a file that can be written")
                .actual(reason)
                .remedy("name another, or make room there")
                .failure();
    }
}
