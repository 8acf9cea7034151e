// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.host.retrain.RetrainOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of retraining.
 *
 * @param checkpoint file to go on from and to keep up to date
 */
public record RetrainRequest(RetrainOptions options, Optional<Path> checkpoint) {
    /** In the words of the command line. */
    List<String> arguments() {
        return List.of(
                "--epochs=" + options.epochs(),
                "--batch=" + options.batch(),
                "--seed=" + options.seed(),
                "--augment=" + (options.isAugmented() ? "images" : "off"),
                "--weight-quantizer=" + options.quantizers().weights().label(),
                "--activation-quantizer=" + options.quantizers().activations().label(),
                "--schedule=" + options.schedule().label(),
                "--loss=" + options.loss().label());
    }
}
