// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.process.ForegroundProgram;
import dev.hilda.agent.virtualboard.VirtualBoardProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hilda virtual-board}: a board made of software, in the foreground until Ctrl-C. */
@Command(
        name = "virtual-board",
        description = "Runs a NUCLEO-H743ZI made of software until Ctrl-C. Builds it on first use.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {"  hilda virtual-board --fast-flash &", "  hilda selftest --on virtual-nucleo-h743zi"})
public final class VirtualBoardCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--serial",
            paramLabel = "SERIAL",
            description = "Serial number of its ST-Link: 1-31 letters and digits; default: one of its own.")
    private Optional<String> serial;

    @Option(names = "--revision", paramLabel = "Y|V", description = "Revision of its chip; default: V.")
    private Optional<String> revision;

    @Option(names = "--probe", paramLabel = "v3|v2-1", description = "Generation of its ST-Link; default: v3.")
    private Optional<String> probe;

    @Option(names = "--flash-file", paramLabel = "FILE", description = "Keep the flash in this file across restarts.")
    private Optional<Path> flashFile;

    @Option(
            names = "--fault",
            paramLabel = "NAME[:ARGS]",
            description = "Start with this fault, for example stlink-stall:100; repeatable.")
    private List<String> faults = new ArrayList<>();

    @Option(
            names = "--timing",
            paramLabel = "model|instructions",
            description =
                    "What its cycle counters count: the cycle model, or one cycle an instruction; default: model.")
    private Optional<String> timing;

    @Option(
            names = "--profile",
            paramLabel = "OUT.json",
            description = "When it ends, write what each function and basic block took, and OUT.json.folded for a flame"
                    + " graph.")
    private Optional<Path> profile;

    @Option(names = "--elf", paramLabel = "FILE", description = "Program whose functions --profile names.")
    private Optional<Path> elf;

    @Option(names = "--fast-flash", description = "Erase and program the flash in no time.")
    private boolean fastFlash;

    @Option(names = "--throttle", description = "Run no faster than the real chip.")
    private boolean throttle;

    @Option(names = "--json", description = "Print where the board is reached as one JSON object on the first line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Path program = VirtualBoardProgram.built(
                BuildCache.ofUser(System.getenv()),
                line -> spec.commandLine().getErr().println("hilda: " + line));
        return ForegroundProgram.run(program, arguments());
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        serial.ifPresent(value -> arguments.addAll(List.of("--serial", value)));
        revision.ifPresent(value -> arguments.addAll(List.of("--revision", value)));
        probe.ifPresent(value -> arguments.addAll(List.of("--probe", value)));
        flashFile.ifPresent(value -> arguments.addAll(List.of("--flash-file", value.toString())));
        timing.ifPresent(value -> arguments.addAll(List.of("--timing", value)));
        profile.ifPresent(value -> arguments.addAll(List.of("--profile", value.toString())));
        elf.ifPresent(value -> arguments.addAll(List.of("--elf", value.toString())));
        faults.forEach(value -> arguments.addAll(List.of("--fault", value)));
        addFlag(arguments, fastFlash, "--fast-flash");
        addFlag(arguments, throttle, "--throttle");
        addFlag(arguments, json, "--json");
        return arguments;
    }

    private static void addFlag(List<String> arguments, boolean set, String flag) {
        if (set) {
            arguments.add(flag);
        }
    }
}
