// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.run.BenchHost;
import dev.hilda.agent.run.BoardAccess;
import dev.hilda.agent.run.HostBench;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which board, and how long it is waited for. */
public final class BoardOptions {
    private static final int MAX_TIMEOUT_SECONDS = 3600;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--on", required = true, paramLabel = "BOARD", description = "Profile: see hilda profile list.")
    private String profileName;

    @Option(
            names = "--serial",
            paramLabel = "SERIAL",
            description = "Serial number of the board's ST-Link, where several are attached.")
    private Optional<String> serial;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long the firmware may stay silent; default: ${DEFAULT-VALUE}.")
    private int timeoutSeconds;

    @Option(names = "--allow-untested", description = "Flash a board whose profile says 'verified_on: none'.")
    private boolean allowUntested;

    /** Refuses values that no run can use. */
    public void check() {
        requireRange("--timeout", timeoutSeconds, MAX_TIMEOUT_SECONDS);
    }

    /**
     * The profile named by the user.
     *
     * @throws BenchFailure of kind {@link FailureKind#PROFILE} when it is verified on nothing and the user did not allow that
     */
    public BoardProfile profile() {
        BoardProfile profile = ProfileCatalog.ofUser(System.getenv()).load(profileName);
        if (!allowUntested) {
            HostBench.requireVerified(profile);
        }
        return profile;
    }

    public Optional<String> serial() {
        return serial;
    }

    /**
     * What is asked of a board.
     *
     * @param bench name of this bench, as one topic level
     * @param results where they are kept
     * @param access lets the run have its board
     */
    public RunRequest request(
            BoardProfile profile, AttachedBoard board, String bench, ResultStore results, BoardAccess access) {
        Duration silence = Duration.ofSeconds(timeoutSeconds);
        return new RunRequest(profile, board, bench, host(), new SessionPatience(silence, silence), results, access);
    }

    /** What is known of the boards' flash; open until the program ends. */
    public FlashLedger flashes() {
        return new BenchStore(System.getenv()).open(spec.commandLine().getErr()).flashes();
    }

    private static BenchHost host() {
        return new BenchHost(hostName(), VersionResource.version(), VersionResource.commit());
    }

    /** Refuses a value outside of 1 to {@code most}. */
    void requireRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), option + ": expected 1 to " + most + ", got " + value);
        }
    }

    /** Who changes something, for the audit. */
    static String thisUser() {
        return System.getProperty("user.name", "") + "@" + hostName();
    }

    static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "bench";
        }
    }
}
