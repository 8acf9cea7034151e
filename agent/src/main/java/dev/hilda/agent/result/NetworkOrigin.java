// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.List;

/**
 * What a network's run used, so that it can be told from another and done again; hashes are SHA-256 as 64 hexadecimal
 * digits.
 *
 * @param modelFile file name of the trained model, without folders
 * @param modelSha256 of that file
 * @param bundleSha256 of the bundle, written or not
 * @param networkSha256 of the integer network, as the firmware says it
 * @param firmwareSha256 of the ELF
 * @param dataSha256 of the samples after preprocessing, with their labels; of those before the first that cannot be read
 * @param quantizeArguments what was asked of quantization, in the command's words
 * @param compiler first line of its {@code --version}
 * @param compilerFlags of every C file
 */
public record NetworkOrigin(
        String modelFile,
        String modelSha256,
        String bundleSha256,
        String networkSha256,
        String firmwareSha256,
        String dataSha256,
        List<String> quantizeArguments,
        String compiler,
        List<String> compilerFlags) {
    public NetworkOrigin {
        quantizeArguments = List.copyOf(quantizeArguments);
        compilerFlags = List.copyOf(compilerFlags);
    }
}
