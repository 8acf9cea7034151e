// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.bundle;

import java.util.List;

/**
 * Where a bundle comes from.
 *
 * @param modelFile file name of the model, without folders
 * @param modelSha256 of that file, 64 hexadecimal digits
 * @param toolVersion of HILDA
 * @param seed of whatever was drawn at random
 * @param toolchain the compiler's first line of {@code --version}
 * @param compilerFlags of every C file; empty in bundles of versions before they were kept
 * @param quantizeArguments what was asked of quantization, in the command's words; likewise
 * @param board name of the profile it was built for
 * @param mcu part number of that profile; boards with the same one run the same firmware
 */
public record Provenance(
        String modelFile,
        String modelSha256,
        String toolVersion,
        long seed,
        String toolchain,
        List<String> compilerFlags,
        List<String> quantizeArguments,
        String board,
        String mcu) {
    public Provenance {
        compilerFlags = List.copyOf(compilerFlags);
        quantizeArguments = List.copyOf(quantizeArguments);
    }
}
