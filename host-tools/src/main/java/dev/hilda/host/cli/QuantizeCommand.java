// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cli.RunOutput;
import dev.hilda.host.pipeline.BitPlan;
import dev.hilda.host.pipeline.ModelPipeline;
import dev.hilda.host.pipeline.OpenedModel;
import dev.hilda.host.pipeline.QuantizeRequest;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda quantize}: a model becomes a bundle for a board. */
@Command(
        name = "quantize",
        description = {
            "Quantizes a model to 8, 4 and 2 bits so that it fits a board, and builds firmware that runs it.",
            "A quantized file keeps its own quantization unless --requantize is given."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda quantize ic01.tflite --board nucleo-h743zi --flash-budget 60000 \\",
            "      --ram-budget 32000 --calibration cifar10-train.yaml -o ic01.hilda",
            "  hilda quantize vww01_int8.tflite --board nucleo-h743zi --ram-budget 33000 --fuse auto -o vww01.hilda"
        })
final class QuantizeCommand implements Callable<Integer> {
    private final ModelPipeline pipeline;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A .tflite or .onnx file, float32 or quantized.")
    private Path model;

    @Option(names = "--board", required = true, paramLabel = "NAME", description = "Profile: see hilda profile list.")
    private String profileName;

    @Mixin
    private ModelOptions options;

    @Option(names = "-o", paramLabel = "OUT.hilda", description = "The bundle to write.")
    private Optional<Path> out;

    @Option(names = "--plan", description = "Only decide and print the bits; needs no calibration data.")
    private boolean plan;

    @Option(
            names = "--allow-clipping",
            description = "Take calibration data too that fall on a few codes of the input only, with a warning.")
    private boolean allowClipping;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    QuantizeCommand(ModelPipeline pipeline) {
        this.pipeline = pipeline;
    }

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, this::quantized);
    }

    private String quantized() throws InterruptedException {
        if (out.isEmpty() && !plan) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '-o=OUT.hilda' (or --plan)");
        }
        if (out.isPresent() && plan) {
            throw new ParameterException(spec.commandLine(), "--plan writes no bundle: leave out -o or --plan");
        }
        BoardProfile profile = ProfileCatalog.ofUser(System.getenv()).load(profileName);
        QuantizeRequest request = options.request(model, profile);
        if (plan) {
            options.requireNoSearch("--plan");
            return plan(request, profile);
        }
        BundleWriting writing =
                new BundleWriting(pipeline, spec.commandLine().getErr(), out.orElseThrow(), allowClipping);
        writing.requireWritable(profile);
        QuantizeOutput output = writing.write(options, OpenedModel.of(request));
        return json ? output.json() : output.text();
    }

    private String plan(QuantizeRequest request, BoardProfile profile) {
        OpenedModel opened = OpenedModel.of(request);
        if (opened.keepsItsQuantization()) {
            throw new ParameterException(
                    spec.commandLine(), "--plan: " + model + " keeps its own quantization; add --requantize");
        }
        BitPlan decided = ModelPipeline.plan(opened);
        PlanOutput output = new PlanOutput(
                decided.logits(), decided.bits(), request.budget().ramModel(), profile);
        return json ? output.json() : output.text();
    }
}
