// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.quantize.bits.SearchLimits;
import dev.hilda.host.quantize.bits.UniformBits;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of quantization.
 *
 * @param model the file
 * @param calibration data set without which a float model cannot be quantized
 * @param calibrationImages at most so many of it, from all over the set
 * @param limits that a search keeps beside the budgets
 * @param overrides YAML with bits that the user fixes
 * @param requantize whether a file that is quantized gets bits and codes of its own instead of keeping its own
 * @param uniform bits for all of the network, under the overrides
 * @param effort what is done for the codes after they are chosen
 * @param retraining after post-training quantization, where it is asked for
 */
public record QuantizeRequest(
        Path model,
        BoardProfile profile,
        Budget budget,
        Optional<Path> calibration,
        int calibrationImages,
        CalibrationMethod method,
        QuantizationVariant variant,
        BitSearch search,
        SearchLimits limits,
        Optional<Path> overrides,
        boolean requantize,
        UniformBits uniform,
        Effort effort,
        Optional<RetrainRequest> retraining) {
    /** With all bits from budgets and overrides, without retraining. */
    public QuantizeRequest(
            Path model,
            BoardProfile profile,
            Budget budget,
            Optional<Path> calibration,
            int calibrationImages,
            CalibrationMethod method,
            QuantizationVariant variant,
            BitSearch search,
            Optional<Path> overrides,
            boolean requantize) {
        this(
                model,
                profile,
                budget,
                calibration,
                calibrationImages,
                method,
                variant,
                search,
                SearchLimits.NONE,
                overrides,
                requantize,
                UniformBits.NONE,
                Effort.FAST,
                Optional.empty());
    }

    /** The same followed by retraining. */
    public QuantizeRequest with(RetrainRequest other) {
        return new QuantizeRequest(
                model,
                profile,
                budget,
                calibration,
                calibrationImages,
                method,
                variant,
                search,
                limits,
                overrides,
                requantize,
                uniform,
                effort,
                Optional.of(other));
    }

    /**
     * The request in the words of the command line, for whoever wants to repeat it; files by their names alone.
     *
     * @param calibrationSet name of the data set that ranges come from; empty where the file keeps its own quantization
     * @param inputSet name of the data set that decides codes of inputs alone
     */
    List<String> arguments(Optional<String> calibrationSet, Optional<String> inputSet) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--flash-budget=" + budget.roBytes());
        arguments.add("--ram-budget=" + budget.rwBytes());
        if (budget.isPaper()) {
            arguments.add("--paper-budget");
        }
        calibrationSet.ifPresent(name -> {
            arguments.add("--calibration=" + name);
            arguments.add("--calibration-images=" + calibrationImages);
            arguments.add("--ranges=" + method);
            arguments.add("--variant=" + variant);
            arguments.add("--search=" + search.label());
            limits.cycles().ifPresent(most -> arguments.add("--cycle-budget=" + most));
            limits.loss().ifPresent(most -> arguments.add("--max-loss=" + most));
            arguments.add("--ram-model=" + budget.ramModel().label());
            overrides.ifPresent(file -> arguments.add("--overrides=" + file.getFileName()));
            uniform.weights().ifPresent(bits -> arguments.add("--weight-bits=" + bits));
            uniform.activations().ifPresent(bits -> arguments.add("--activation-bits=" + bits));
            if (effort == Effort.FULL) {
                arguments.add("--effort=" + effort.label());
            } else {
                retraining.ifPresent(given -> arguments.addAll(given.arguments()));
            }
        });
        inputSet.ifPresent(name -> {
            arguments.add("--calibration=" + name);
            arguments.add("--calibration-images=" + calibrationImages);
        });
        arguments.add("--fuse=" + budget.fusion().label());
        if (requantize) {
            arguments.add("--requantize");
        }
        return arguments;
    }
}
