// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cli.RunOutput;
import dev.hilda.host.pipeline.ModelPipeline;
import dev.hilda.host.pipeline.OpenedModel;
import dev.hilda.host.pipeline.QuantizeRequest;
import dev.hilda.host.pipeline.RetrainRequest;
import dev.hilda.host.retrain.ActivationQuantizer;
import dev.hilda.host.retrain.LearnedQuantizers;
import dev.hilda.host.retrain.RateSchedule;
import dev.hilda.host.retrain.RetrainOptions;
import dev.hilda.host.retrain.TrainingLoss;
import dev.hilda.host.retrain.WeightQuantizer;
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

/** {@code hilda retrain}: quantization, then training of what it left. */
@Command(
        name = "retrain",
        description = {
            "Quantizes a model as hilda quantize does, then trains the quantized network to answer as the float one does.",
            "Needs images, and labels only for --loss labels. A tenth of the images is held back to judge by."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda retrain ic01.tflite --board nucleo-h743zi --weight-bits 4 --activation-bits 4 \\",
            "      --calibration cifar10-train.yaml --calibration-images 932 --checkpoint ic01.training -o ic01.hilda"
        })
final class RetrainCommand implements Callable<Integer> {
    private final ModelPipeline pipeline;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A .tflite or .onnx file, float32.")
    private Path model;

    @Option(names = "--board", required = true, paramLabel = "NAME", description = "Profile: see hilda profile list.")
    private String profileName;

    @Mixin
    private ModelOptions options;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "50",
            description = "Passes over the images; default: ${DEFAULT-VALUE}.")
    private int epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "64",
            description = "Images a step; default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the order of images and of what is done to them; one seed gives one network;"
                    + " default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--augment",
            paramLabel = "HOW",
            defaultValue = "images",
            description =
                    "images: mirrored, moved, brighter or darker and mixed; or off, for inputs that are no photos;"
                            + " default: ${DEFAULT-VALUE}.")
    private String augment;

    @Option(
            names = "--weight-quantizer",
            paramLabel = "HOW",
            defaultValue = "learned-step",
            converter = WeightQuantizerConverter.class,
            description =
                    "What is learned of weights' codes: learned-step; pact, both ends of the range, as published for"
                            + " ranges one a layer (--variant PL_...); min-max, nothing, the range is the weights', as published for"
                            + " ranges one a channel; default: ${DEFAULT-VALUE}.")
    private WeightQuantizer weightQuantizer;

    @Option(
            names = "--activation-quantizer",
            paramLabel = "HOW",
            defaultValue = "learned-step",
            converter = ActivationQuantizerConverter.class,
            description =
                    "Likewise of activations: learned-step, rounded to the nearest; or pact, the upper end of those"
                            + " that begin at 0, rounded down; default: ${DEFAULT-VALUE}.")
    private ActivationQuantizer activationQuantizer;

    @Option(
            names = "--schedule",
            paramLabel = "HOW",
            defaultValue = "cosine",
            converter = RateScheduleConverter.class,
            description =
                    "Learning rates: cosine, relative to what they change, falling to 0; gentle, a tenth of"
                            + " these; or published, 1e-4 for all, 5e-5 after 5 epochs, 1e-5 after 8; default: ${DEFAULT-VALUE}.")
    private RateSchedule schedule;

    @Option(
            names = "--loss",
            paramLabel = "WHAT",
            defaultValue = "distillation",
            converter = TrainingLossConverter.class,
            description = "What becomes small: distillation, the distance from the float network; or labels, the cross"
                    + " entropy with those of --calibration; default: ${DEFAULT-VALUE}.")
    private TrainingLoss loss;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "Written after every epoch; where it is there already, training goes on from it.")
    private Optional<Path> checkpoint;

    @Option(names = "-o", required = true, paramLabel = "OUT.hilda", description = "The bundle to write.")
    private Path out;

    @Option(
            names = "--allow-clipping",
            description = "Take images too that fall on a few codes of the input only, with a warning.")
    private boolean allowClipping;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    RetrainCommand(ModelPipeline pipeline) {
        this.pipeline = pipeline;
    }

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, this::retrained);
    }

    private String retrained() throws InterruptedException {
        options.requireNoEffort("hilda retrain");
        require("--epochs", epochs);
        require("--batch", batch);
        if (!augment.equals("images") && !augment.equals("off")) {
            throw wrong("--augment: expected images or off, got " + augment);
        }
        BoardProfile profile = ProfileCatalog.ofUser(System.getenv()).load(profileName);
        RetrainOptions retraining = new RetrainOptions(epochs, batch, seed, augment.equals("images"))
                .with(new LearnedQuantizers(weightQuantizer, activationQuantizer))
                .with(schedule)
                .with(loss);
        QuantizeRequest request = options.request(model, profile).with(new RetrainRequest(retraining, checkpoint));
        OpenedModel opened = OpenedModel.of(request);
        if (opened.keepsItsQuantization()) {
            throw wrong(model + " is quantized already; --requantize quantizes and trains what it approximates");
        }
        BundleWriting writing = new BundleWriting(pipeline, spec.commandLine().getErr(), out, allowClipping);
        writing.requireWritable(profile);
        QuantizeOutput output = writing.write(options, opened);
        return json ? output.json() : output.text();
    }

    private void require(String option, int given) {
        if (given < 1) {
            throw wrong(option + ": expected at least 1, got " + given);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
