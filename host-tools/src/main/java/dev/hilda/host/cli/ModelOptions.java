// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cli.ByteCountConverter;
import dev.hilda.host.memory.FusionMode;
import dev.hilda.host.pipeline.Effort;
import dev.hilda.host.pipeline.OpenedModel;
import dev.hilda.host.pipeline.QuantizeRequest;
import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.quantize.bits.RamModel;
import dev.hilda.host.quantize.bits.SearchLimits;
import dev.hilda.host.quantize.bits.UniformBits;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that quantizes a model. */
final class ModelOptions {
    private static final List<String> DECIDING = List.of(
            "--calibration",
            "--calibration-images",
            "--ranges",
            "--variant",
            "--search",
            "--cycle-budget",
            "--max-loss",
            "--ram-model",
            "--overrides",
            "--weight-bits",
            "--activation-bits",
            "--effort");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Spec(Spec.Target.SELF)
    private CommandSpec own;

    @Option(
            names = "--flash-budget",
            paramLabel = "BYTES",
            converter = ByteCountConverter.class,
            description =
                    "For weights and parameters, such as 61440, 60K or 1M; default: what the board leaves for a network.")
    private Optional<Long> flashBytes;

    @Option(
            names = "--ram-budget",
            paramLabel = "BYTES",
            converter = ByteCountConverter.class,
            description = "For activations; default: what the board leaves for a network.")
    private Optional<Long> ramBytes;

    @Option(
            names = "--paper-budget",
            description = "Hold the budgets exactly as given against the published formulas, with no reserve for code.")
    private boolean paperBudget;

    @Option(
            names = "--ram-model",
            paramLabel = "MODEL",
            defaultValue = "published",
            converter = RamModelConverter.class,
            description = "How activations are counted while they are cut: published, side by side as in the paper, or"
                    + " planned, results over what they are made of, as they are placed under either;"
                    + " default: ${DEFAULT-VALUE}.")
    private RamModel ramModel;

    @Option(
            names = "--fuse",
            paramLabel = "MODE",
            defaultValue = "auto",
            converter = FusionModeConverter.class,
            description =
                    "Consecutive layers that take turns, a few rows at a time, so that the tensors between them are"
                            + " never whole: auto, where activations fit the RAM budget only so, and before --ram-model planned"
                            + " cuts their bits; off; or smallest, in the way that takes least RAM; default: ${DEFAULT-VALUE}.")
    private FusionMode fusion;

    @Option(
            names = "--calibration",
            paramLabel = "SET.yaml",
            description = "Inputs like those the network will meet; a model of real numbers needs them.")
    private Optional<Path> calibration;

    @Option(
            names = "--calibration-images",
            paramLabel = "N",
            defaultValue = "512",
            description = "At most so many of them, from all over the set, always the same; default: ${DEFAULT-VALUE}.")
    private int calibrationImages;

    @Option(
            names = "--ranges",
            paramLabel = "METHOD",
            defaultValue = "MSE",
            description = "Activation ranges: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private CalibrationMethod method;

    @Option(
            names = "--variant",
            paramLabel = "VARIANT",
            defaultValue = "PC_ICN",
            description =
                    "Weight ranges and channel normalization: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private QuantizationVariant variant;

    @Option(
            names = "--search",
            paramLabel = "SEARCH",
            defaultValue = "memory-driven",
            converter = BitSearchConverter.class,
            description =
                    "What decides which tensors get fewer bits: memory-driven, their bytes, as in the paper; sensitivity,"
                            + " what that costs the network on half of the calibration data, minutes of work; or latency,"
                            + " the fewest estimated cycles that cost no more than the bits of memory-driven;"
                            + " default: ${DEFAULT-VALUE}.")
    private BitSearch search;

    @Option(
            names = "--cycle-budget",
            paramLabel = "CYCLES",
            description =
                    "With --search sensitivity: only bits with which the network is estimated to take at most so many"
                            + " cycles.")
    private Optional<Long> cycleBudget;

    @Option(
            names = "--max-loss",
            paramLabel = "NATS",
            description =
                    "With --search latency: what bits may cost the network, as a mean KL divergence from its self of 8"
                            + " bits; default: what those of memory-driven cost.")
    private Optional<Double> maxLoss;

    @Option(
            names = "--effort",
            paramLabel = "EFFORT",
            defaultValue = "fast",
            converter = EffortConverter.class,
            description = "fast: codes are rounded layer by layer; or full: then they, ranges and biases are trained a"
                    + " little on the calibration data, without labels, minutes of work; default: ${DEFAULT-VALUE}.")
    private Effort effort;

    @Option(
            names = "--overrides",
            paramLabel = "FILE.yaml",
            description = "Bits you fix: maps 'weights' (by node) and 'activations' (by value) to 8, 4 or 2.")
    private Optional<Path> overrides;

    @Option(
            names = "--weight-bits",
            paramLabel = "BITS",
            description =
                    "8, 4 or 2 for all weights but those of the first and the last layer, which get 8; overrides go"
                            + " first.")
    private Optional<Integer> weightBits;

    @Option(
            names = "--activation-bits",
            paramLabel = "BITS",
            description = "8, 4 or 2 for all activations but inputs and outputs; overrides go first.")
    private Optional<Integer> activationBits;

    @Option(
            names = "--requantize",
            description = "Give a quantized file bits and codes of its own making instead of keeping the file's.")
    private boolean requantize;

    /** The command whose usage is wrong when these are; one that has them by annotation need not say. */
    void usedBy(CommandSpec command) {
        spec = command;
    }

    QuantizeRequest request(Path model, BoardProfile profile) {
        requirePositive("--flash-budget", flashBytes);
        requirePositive("--ram-budget", ramBytes);
        requireBits("--weight-bits", weightBits);
        requireBits("--activation-bits", activationBits);
        requireLimits();
        if (calibrationImages < 1) {
            throw wrong("--calibration-images: expected at least 1, got " + calibrationImages);
        }
        return new QuantizeRequest(
                model,
                profile,
                budget(profile).with(ramModel).with(fusion),
                calibration,
                calibrationImages,
                method,
                variant,
                search,
                new SearchLimits(
                        optionalLong(cycleBudget),
                        maxLoss.map(OptionalDouble::of).orElseGet(OptionalDouble::empty)),
                overrides,
                requantize,
                new UniformBits(optionalInt(weightBits), optionalInt(activationBits), true),
                effort,
                Optional.empty());
    }

    private void requireLimits() {
        if (cycleBudget.isPresent() && search != BitSearch.SENSITIVITY) {
            throw wrong("--cycle-budget: expected --search sensitivity with it, got " + search.label());
        }
        if (maxLoss.isPresent() && search != BitSearch.LATENCY) {
            throw wrong("--max-loss: expected --search latency with it, got " + search.label());
        }
        if (cycleBudget.isPresent() && cycleBudget.get() < 1) {
            throw wrong("--cycle-budget: expected at least 1 cycle, got " + cycleBudget.get());
        }
        if (maxLoss.isPresent() && !(maxLoss.get() >= 0 && Double.isFinite(maxLoss.get()))) {
            throw wrong("--max-loss: expected a number of nats from 0 on, got " + maxLoss.get());
        }
    }

    private void requireBits(String option, Optional<Integer> bits) {
        if (bits.isPresent() && !List.of(8, 4, 2).contains(bits.get())) {
            throw wrong(option + ": expected 8, 4 or 2, got " + bits.get());
        }
    }

    /** A bundle has its bits and codes already. */
    void requireNoneFor(Path bundle) {
        for (OptionSpec option : own.options()) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option.longestName())) {
                throw wrong(option.longestName() + ": " + bundle + " is a bundle, which is quantized already; give"
                        + " the option to hilda quantize");
            }
        }
    }

    /** Tells what whoever uses the model should know. */
    void tellRemarks(OpenedModel opened) {
        opened.model()
                .source()
                .remarks()
                .forEach(remark -> spec.commandLine().getErr().println("hilda: " + remark));
    }

    /** What decides bits and codes would be ignored for a file that keeps its own. */
    void requireUsed(OpenedModel opened) {
        for (String option : DECIDING) {
            boolean decidesInputs = opened.hasOpenInputs() && option.startsWith("--calibration");
            if (!decidesInputs
                    && opened.keepsItsQuantization()
                    && spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw wrong(option + ": " + opened.request().model()
                        + " keeps its own quantization; add --requantize or leave " + option + " out");
            }
        }
    }

    /** Of a command that trains anyway. */
    void requireNoEffort(String command) {
        if (effort != Effort.FAST) {
            throw wrong("--effort: " + command + " trains anyway; --epochs and --schedule say how much");
        }
    }

    /** A search needs what a command without calibration does not read. */
    void requireNoSearch(String option) {
        if (search != BitSearch.MEMORY_DRIVEN) {
            throw wrong(
                    option + ": --search " + search.label() + " decides on calibration data; leave out one of them");
        }
    }

    private Budget budget(BoardProfile profile) {
        if (!paperBudget) {
            requireOnBoard("--flash-budget", flashBytes, profile.budget().flashBytes(), profile);
            requireOnBoard("--ram-budget", ramBytes, profile.budget().ramBytes(), profile);
            return Budget.of(optionalLong(flashBytes), optionalLong(ramBytes), profile.budget());
        }
        if (flashBytes.isEmpty() || ramBytes.isEmpty()) {
            throw wrong("--paper-budget: expected --flash-budget and --ram-budget with it");
        }
        return Budget.paper(flashBytes.get(), ramBytes.get());
    }

    private void requireOnBoard(String option, Optional<Long> bytes, long most, BoardProfile profile) {
        if (bytes.isPresent() && bytes.get() > most) {
            throw wrong(option + ": " + profile.name() + " leaves " + most + " bytes to a network, got " + bytes.get()
                    + "; --paper-budget does not ask the board");
        }
    }

    private void requirePositive(String option, Optional<Long> bytes) {
        if (bytes.isPresent() && bytes.get() < 1) {
            throw wrong(option + ": expected at least 1 byte, got " + bytes.get());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static OptionalInt optionalInt(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    private static OptionalLong optionalLong(Optional<Long> value) {
        return value.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }
}
