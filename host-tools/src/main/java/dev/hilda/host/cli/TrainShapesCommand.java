// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cli.ExitCode;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.host.frontend.tflite.TfliteWriter;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.tensor.TensorRuntime;
import dev.hilda.host.tensor.training.ShapesTrainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hilda train-shapes}: how the network that comes with this program was made. For developers. */
@Command(
        name = "train-shapes",
        hidden = true,
        description = "Trains the network for the drawn shapes and writes it as a TFLite file.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample (about 15 minutes of one core):%n",
        footer = {
            "  OMP_NUM_THREADS=1 hilda train-shapes -o shapes.tflite",
            "  OMP_NUM_THREADS=1 hilda train-shapes --batch-norm -o shapes-batch-norm.tflite"
        })
final class TrainShapesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "The TFLite file to write.")
    private Path output;

    @Option(
            names = "--steps",
            split = ",",
            defaultValue = "5000",
            description = "Batches of 64 new images, in each cycle of the learning rate (default: ${DEFAULT-VALUE}).")
    private List<Integer> steps;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Of the weights at the start; also the seed of the first image (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--batch-norm",
            description = "Train the second network: with a batch normalization after every convolution, which the file"
                    + " keeps; gains over more than a decade. About three times the time.")
    private boolean batchNorm;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        TensorRuntime.start(System.getenv());
        Graph graph = new ShapesTrainer(seed, steps, batchNorm, err::println).train();
        TfliteWriter.write(graph, "drawn shapes, trained by hilda train-shapes", output);
        double accuracy = ShapesTrainer.accuracy(graph, DataSets.shipped("shapes-held-out"));
        spec.commandLine()
                .getOut()
                .printf("%s: top-1 %.1f %% of the held-out images, %d MAC%n", output, 100 * accuracy, graph.macs());
        return ExitCode.OK.code();
    }
}
