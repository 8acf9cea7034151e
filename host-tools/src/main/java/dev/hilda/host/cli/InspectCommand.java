// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cli.RunOutput;
import dev.hilda.host.pipeline.ModelFiles;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda inspect}: what is in a model file. */
@Command(
        name = "inspect",
        description = {
            "Shows a model's layers, their multiply-accumulates and parameters, and its number format.",
            "Layers are those that quantization and --overrides know: batch normalization, activations and padding",
            "are part of the layer they belong to."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda inspect ic01.tflite --json")
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A .tflite or .onnx file, float32 or quantized.")
    private Path model;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, () -> {
            InspectOutput output = InspectOutput.of(ModelFiles.read(model));
            return json ? output.json() : output.text();
        });
    }
}
