package dev.hilda.host.cli;

import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user asks of quantization.
 *
 * @param model the file
 * @param calibration data set without which a float model cannot be quantized
 * @param calibrationImages at most so many of it, from all over the set
 * @param overrides YAML with bits that the user fixes
 * @param requantize whether a file that is quantized gets bits and codes of its own instead of keeping its own
 */
record QuantizeRequest(
        Path model,
        BoardProfile profile,
        Budget budget,
        Optional<Path> calibration,
        int calibrationImages,
        CalibrationMethod method,
        QuantizationVariant variant,
        Optional<Path> overrides,
        boolean requantize) {
    /** Whether a file's own quantization is to stay. */
    boolean keeps(ImportedModel read) {
        return read.quantized().isPresent() && !requantize;
    }
}
