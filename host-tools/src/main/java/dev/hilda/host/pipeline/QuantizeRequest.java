package dev.hilda.host.pipeline;

import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is asked of quantization.
 *
 * @param model the file
 * @param calibration data set without which a float model cannot be quantized
 * @param calibrationImages at most so many of it, from all over the set
 * @param overrides YAML with bits that the user fixes
 * @param requantize whether a file that is quantized gets bits and codes of its own instead of keeping its own
 */
public record QuantizeRequest(
        Path model,
        BoardProfile profile,
        Budget budget,
        Optional<Path> calibration,
        int calibrationImages,
        CalibrationMethod method,
        QuantizationVariant variant,
        Optional<Path> overrides,
        boolean requantize) {}
