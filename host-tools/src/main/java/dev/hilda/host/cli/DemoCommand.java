// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.virtualboard.VirtualBoardProgram;
import dev.hilda.host.demo.DemoBoard;
import dev.hilda.host.demo.DemoBroker;
import dev.hilda.host.demo.DemoFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda demo}: the whole way, from a trained model to a published result, with nothing attached. */
@Command(
        name = "demo",
        description = {
            "Quantizes the shipped model, flashes a virtual board, measures held-out images and publishes the result.",
            "Starts a broker and a board of its own and ends them again."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda demo --images 1000")
final class DemoCommand implements Callable<Integer> {
    private static final String BOARD = "virtual-nucleo-h743zi";
    private static final String MODEL = "/dev/hilda/host/demo/shapes.tflite";
    private static final String CALIBRATION = "/dev/hilda/agent/dataset/shapes-calibration.yaml";
    private static final String HELD_OUT = "/dev/hilda/agent/dataset/shapes-held-out.yaml";
    private static final int HELD_OUT_IMAGES = 1000;

    /** At 8 bits the shipped model takes 54,450 bytes of weights and parameters and 12,288 of activations. */
    private static final int FLASH_BUDGET_BYTES = 40_000;

    private static final int RAM_BUDGET_BYTES = 10_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "500",
            description = "Held-out images to measure, 1 to 1000; default: ${DEFAULT-VALUE}.")
    private int images;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (images < 1 || images > HELD_OUT_IMAGES) {
            throw new ParameterException(
                    spec.commandLine(), "--images: expected 1 to " + HELD_OUT_IMAGES + ", got " + images);
        }
        Path program = VirtualBoardProgram.built(BuildCache.ofUser(System.getenv()), this::say);
        try (DemoFolder folder = DemoFolder.create();
                DemoBroker broker = DemoBroker.start(folder.path());
                DemoBoard board = DemoBoard.start(program, folder.path())) {
            say("virtual board " + board.serial() + ", broker " + broker.url());
            Path bundle = folder.path().resolve("shapes.hilda");
            int quantized = quantize(folder, bundle);
            return quantized == 0 ? run(folder, bundle, board, broker) : quantized;
        }
    }

    private int quantize(DemoFolder folder, Path bundle) throws IOException {
        return execute(
                "quantize",
                folder.unpack(MODEL).toString(),
                "--board",
                BOARD,
                "--flash-budget",
                String.valueOf(FLASH_BUDGET_BYTES),
                "--ram-budget",
                String.valueOf(RAM_BUDGET_BYTES),
                "--calibration",
                folder.unpack(CALIBRATION).toString(),
                "-o",
                bundle.toString());
    }

    private int run(DemoFolder folder, Path bundle, DemoBoard board, DemoBroker broker) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                bundle.toString(),
                "--on",
                BOARD,
                "--serial",
                board.serial(),
                "--data",
                folder.unpack(HELD_OUT).toString(),
                "--limit",
                String.valueOf(images),
                "--mqtt",
                broker.url()));
        if (json) {
            arguments.add("--json");
        }
        return execute(arguments.toArray(String[]::new));
    }

    /** Runs another command as the user would, so that the demo shows what the user will get. */
    private int execute(String... arguments) {
        say("hilda " + String.join(" ", Arrays.asList(arguments)));
        CommandLine hilda = Hilda.commandLine();
        hilda.setOut(spec.commandLine().getOut());
        hilda.setErr(spec.commandLine().getErr());
        return hilda.execute(arguments);
    }

    private void say(String line) {
        spec.commandLine().getErr().println("hilda: " + line);
        spec.commandLine().getErr().flush();
    }
}
