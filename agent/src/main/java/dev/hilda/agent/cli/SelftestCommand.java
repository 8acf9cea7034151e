package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FirmwareSource;
import dev.hilda.agent.publish.SelfTestDocument;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.BoardStatus;
import dev.hilda.profile.ProfileCatalog;
import dev.hilda.profile.ProfileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
    private static final int MAX_TIMEOUT_SECONDS = 3600;

    private final FirmwareSource firmwareSource;

    @Spec
    private CommandSpec spec;

    @Option(names = "--on", required = true, paramLabel = "BOARD", description = "Profile: see hilda profile list.")
    private String profileName;

    @Option(
            names = "--serial",
            paramLabel = "SERIAL",
            description = "Serial number of the board's ST-Link, where several are attached.")
    private Optional<String> serial;

    @Option(
            names = "--mqtt",
            paramLabel = "URL",
            defaultValue = "${env:HILDA_MQTT:-mqtt://127.0.0.1:1883}",
            description = "MQTT broker; default: $HILDA_MQTT, else mqtt://127.0.0.1:1883.")
    private String broker;

    @Option(names = "--bench", paramLabel = "NAME", description = "This bench in the topics; default: the host name.")
    private Optional<String> bench;

    @Option(names = "--firmware", paramLabel = "FILE.elf", description = "Flash this file, not the base firmware.")
    private Optional<Path> firmware;

    @Option(
            names = "--echo-bytes",
            paramLabel = "N",
            defaultValue = "1048576",
            description = "Bytes to echo; default: ${DEFAULT-VALUE}.")
    private int echoBytes;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long the firmware may stay silent; default: ${DEFAULT-VALUE}.")
    private int timeoutSeconds;

    @Option(names = "--allow-untested", description = "Flash a board whose profile nobody has tested.")
    private boolean allowUntested;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

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
        requireRange("--echo-bytes", echoBytes, MAX_ECHO_BYTES);
        requireRange("--timeout", timeoutSeconds, MAX_TIMEOUT_SECONDS);
        BrokerAddress brokerAddress = brokerAddress();
        String benchName = benchName();
        SelftestOutput output = new SelftestOutput(spec.commandLine(), json);
        try (RunEnding ending = new RunEnding(output::interrupted)) {
            return documented(output, ending, brokerAddress, benchName);
        }
    }

    /** A run that, with JSON asked for, prints a document however it ends. */
    private int documented(SelftestOutput output, RunEnding ending, BrokerAddress brokerAddress, String benchName)
            throws InterruptedException {
        try {
            return run(output, ending, brokerAddress, benchName).code();
        } catch (RuntimeException e) {
            ending.failed();
            output.document(SelfTestDocument.withoutBoard(kind(e), String.valueOf(e.getMessage())));
            throw e;
        }
    }

    private ExitCode run(SelftestOutput output, RunEnding ending, BrokerAddress brokerAddress, String benchName)
            throws InterruptedException {
        BoardProfile profile = ProfileCatalog.ofUser(System.getenv()).load(profileName);
        requireTested(profile);
        FirmwareImage image =
                firmware.isPresent() ? FirmwareImage.read(firmware.get()) : firmwareSource.baseFirmware(profile);
        SelftestRun run = new SelftestRun(
                profile,
                serial,
                image,
                firmware.isPresent() ? ExpectedFirmware.ANY : ExpectedFirmware.BASE,
                brokerAddress,
                benchName,
                echoBytes,
                Duration.ofSeconds(timeoutSeconds));
        return run.run(output, ending);
    }

    private static String kind(RuntimeException failure) {
        if (failure instanceof BenchFailure bench) {
            return bench.kind().label();
        }
        return failure instanceof ProfileException ? FailureKind.PROFILE.label() : "internal";
    }

    private BrokerAddress brokerAddress() {
        try {
            return BrokerAddress.parse(broker);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--mqtt: " + e.getMessage(), e);
        }
    }

    private String benchName() {
        if (bench.isPresent() && !Topics.isLevel(bench.get())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--bench: expected letters, digits, dots, hyphens and underscores, got \"" + bench.get() + "\"");
        }
        return bench.orElseGet(() -> Topics.levelOf(hostName()));
    }

    private void requireRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), option + ": expected 1 to " + most + ", got " + value);
        }
    }

    private void requireTested(BoardProfile profile) {
        if (profile.status() == BoardStatus.UNTESTED && !allowUntested) {
            throw BenchFailure.of(FailureKind.PROFILE, "flash an untested board")
                    .board(profile.name())
                    .expected("a tested profile, or --allow-untested")
                    .actual("status: untested")
                    .remedy("check supply and max_vos of the profile first: a wrong supply can lock the chip")
                    .failure();
        }
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "bench";
        }
    }
}
