// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.run.AnswerFiles;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that name files for the single answers of the board. */
final class AnswerOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--predictions",
            paramLabel = "FILE",
            description = "Write what the board made of each input: FILE.csv with index, sample, SHA-256 of the input's"
                    + " codes, label, prediction, cycles and scores; FILE.npy with the scores, float32.")
    private Optional<Path> predictions;

    @Option(
            names = "--reference",
            paramLabel = "FILE.npy",
            description = "Compare with what your own framework made of the same inputs, a row each in the same order,"
                    + " float32 or float64: share of equal top-1, errors, SQNR, the worst ten inputs.")
    private Optional<Path> reference;

    /** Refuses names of other kinds of file. */
    void check() {
        predictions.filter(file -> !isNamed(file, ".csv", ".npy")).ifPresent(file -> {
            throw new ParameterException(
                    spec.commandLine(), "--predictions: expected a file .csv or .npy, got " + file);
        });
    }

    private static boolean isNamed(Path file, String... endings) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        for (String ending : endings) {
            if (name.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }

    AnswerFiles files() {
        return new AnswerFiles(predictions, reference);
    }
}
