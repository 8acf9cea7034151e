// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FirmwareSource;
import dev.hilda.agent.result.SelfTestResult;
import dev.hilda.agent.run.BoardRun;
import dev.hilda.agent.run.HostBench;
import dev.hilda.agent.run.RunListener;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.run.SelftestTask;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hilda selftest}: the acceptance run of one board. */
@Command(
        name = "selftest",
        description = "Flashes the base firmware, talks to it, echoes data through it and publishes the result.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda selftest --on virtual-nucleo-h743zi --mqtt mqtt://127.0.0.1:1883")
public final class SelftestCommand implements Callable<Integer> {
    private static final int MAX_ECHO_BYTES = 32 << 20;

    private final FirmwareSource firmwareSource;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Option(names = "--firmware", paramLabel = "FILE.elf", description = "Flash this file, not the base firmware.")
    private Optional<Path> firmware;

    @Option(
            names = "--echo-bytes",
            paramLabel = "N",
            defaultValue = "1048576",
            description = "Bytes to echo; default: ${DEFAULT-VALUE}.")
    private int echoBytes;

    /**
     * The command.
     *
     * @param firmwareSource brings the base firmware
     */
    public SelftestCommand(FirmwareSource firmwareSource) {
        this.firmwareSource = firmwareSource;
    }

    @Override
    public Integer call() throws InterruptedException {
        options.requireRange("--echo-bytes", echoBytes, MAX_ECHO_BYTES);
        options.check();
        RunOutput output = RunOutput.ofRun(spec.commandLine(), options.json(), SelfTestResult.SCHEMA);
        return output.documented(ending -> run(output, ending));
    }

    private ExitCode run(RunOutput output, RunEnding ending) throws InterruptedException {
        BoardProfile profile = options.profile();
        FirmwareImage image =
                firmware.isPresent() ? FirmwareImage.read(firmware.get()) : firmwareSource.baseFirmware(profile);
        ExpectedFirmware expected = firmware.isPresent() ? ExpectedFirmware.ANY : ExpectedFirmware.BASE;
        SelftestTask task = new SelftestTask(image, expected, echoBytes);
        HostBench bench = options.hostBench();
        RunRequest request = options.request(profile, bench.requireBoard(profile, options.serial()), bench);
        RunListener<SelfTestResult> listener = output.listener(
                profile, bench.broker(), result -> SelftestSummary.print(output, request.boardName(), result));
        new BoardRun<>(request, task, options.ports(bench), listener, ending.cancel()).run();
        return ExitCode.OK;
    }
}
