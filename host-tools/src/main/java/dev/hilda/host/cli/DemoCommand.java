// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.run.HostBench;
import dev.hilda.agent.virtualboard.VirtualBoardProgram;
import dev.hilda.host.demo.DemoBoard;
import dev.hilda.host.demo.DemoBroker;
import dev.hilda.host.demo.DemoFolder;
import dev.hilda.host.demo.DemoScript;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
            "Starts a broker and a board of its own and ends them again; --on takes a board that is attached."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda demo --images 1000%n  hilda demo --on nucleo-h743zi --keep first-hour")
final class DemoCommand implements Callable<Integer> {
    private static final String VIRTUAL = "virtual-nucleo-h743zi";
    private static final String MODEL = "/dev/hilda/host/demo/shapes.tflite";
    private static final String CALIBRATION = "/dev/hilda/agent/dataset/shapes-calibration.yaml";
    private static final String HELD_OUT = "/dev/hilda/agent/dataset/shapes-held-out.yaml";
    private static final String BUNDLE = "shapes.hilda";
    private static final int HELD_OUT_IMAGES = 1000;

    /** At 8 bits the shipped model takes 54,450 bytes of weights and parameters and 12,288 of activations. */
    private static final int FLASH_BUDGET_BYTES = 40_000;

    private static final int RAM_BUDGET_BYTES = 10_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--on",
            paramLabel = "BOARD",
            description = "An attached board of this profile instead of the virtual one; no broker is told.")
    private Optional<String> board;

    @Option(names = "--serial", paramLabel = "SERIAL", description = "As of hilda run, with --on.")
    private Optional<String> serial;

    @Option(names = "--allow-untested", description = "As of hilda run, with --on.")
    private boolean allowUntested;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Keep model, data sets and bundle there, and repeat.sh, which does the same again.")
    private Optional<Path> kept;

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
        if (board.isEmpty() && (serial.isPresent() || allowUntested)) {
            throw new ParameterException(spec.commandLine(), "--serial, --allow-untested: expected --on BOARD");
        }
        try (DemoFolder folder = kept.isPresent() ? DemoFolder.kept(kept.get()) : DemoFolder.create()) {
            return board.isPresent() ? showAttached(folder, board.get()) : showVirtual(folder);
        }
    }

    private int showVirtual(DemoFolder folder) throws IOException, InterruptedException {
        Path program = VirtualBoardProgram.built(BuildCache.ofUser(System.getenv()), this::say);
        List<String> repeated = List.of("--no-publish");
        folder.keep(new DemoScript("Before: hilda virtual-board, in another terminal.", commands(VIRTUAL, repeated)));
        try (DemoFolder bench = DemoFolder.create();
                DemoBroker broker = DemoBroker.start(bench.path());
                DemoBoard virtual = DemoBoard.start(program, bench.path())) {
            say("virtual board " + virtual.serial() + ", broker " + broker.url());
            return show(folder, commands(VIRTUAL, List.of("--serial", virtual.serial(), "--mqtt", broker.url())));
        }
    }

    /** Before a minute is spent on a network that no board waits for. */
    private void requireBoard(String attached) throws InterruptedException {
        BoardProfile profile = ProfileCatalog.ofUser(System.getenv()).load(attached);
        if (!allowUntested) {
            HostBench.requireVerified(profile);
        }
        new HostBench(BoardDiscovery.ofThisHost(System.getenv()), Optional.empty(), System.getenv())
                .requireBoard(profile, serial);
    }

    private int showAttached(DemoFolder folder, String attached) throws IOException, InterruptedException {
        requireBoard(attached);
        List<String> bench = new ArrayList<>(List.of("--no-publish"));
        serial.ifPresent(number -> bench.addAll(List.of("--serial", number)));
        if (allowUntested) {
            bench.add("--allow-untested");
        }
        folder.keep(new DemoScript("Before: attach the board.", commands(attached, bench)));
        return show(folder, commands(attached, bench));
    }

    /** @param bench arguments of the run that say where it takes place */
    private List<List<String>> commands(String profile, List<String> bench) {
        List<String> run = new ArrayList<>(
                List.of("run", BUNDLE, "--on", profile, "--data", name(HELD_OUT), "--limit", String.valueOf(images)));
        run.addAll(bench);
        return List.of(
                List.of(
                        "quantize",
                        name(MODEL),
                        "--board",
                        profile,
                        "--flash-budget",
                        String.valueOf(FLASH_BUDGET_BYTES),
                        "--ram-budget",
                        String.valueOf(RAM_BUDGET_BYTES),
                        "--calibration",
                        name(CALIBRATION),
                        "-o",
                        BUNDLE),
                run);
    }

    private static String name(String resource) {
        return resource.substring(resource.lastIndexOf('/') + 1);
    }

    private int show(DemoFolder folder, List<List<String>> commands) throws IOException {
        Set<String> files = new HashSet<>(List.of(BUNDLE));
        for (String resource : List.of(MODEL, CALIBRATION, HELD_OUT)) {
            files.add(folder.unpack(resource));
        }
        for (List<String> command : commands) {
            List<String> arguments = new ArrayList<>(command.stream()
                    .map(argument -> files.contains(argument)
                            ? folder.path().resolve(argument).toString()
                            : argument)
                    .toList());
            if (json && command.get(0).equals("run")) {
                arguments.add("--json");
            }
            int code = execute(arguments.toArray(String[]::new));
            if (code != 0) {
                return code;
            }
        }
        return 0;
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
