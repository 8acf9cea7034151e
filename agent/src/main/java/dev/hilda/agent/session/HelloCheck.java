// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.Hello.BootError;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ChipRevision;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Whether the board that said hello is the one the profile describes, running the firmware that was flashed. */
final class HelloCheck {
    /** Of the 5 % that sender and receiver together may be off, the board's share. */
    private static final double MAX_BAUD_ERROR = 0.02;

    private final BoardProfile profile;
    private final ExpectedFirmware expected;
    private final String board;

    HelloCheck(BoardProfile profile, ExpectedFirmware expected, String board) {
        this.profile = profile;
        this.expected = expected;
        this.board = board;
    }

    /**
     * Checks everything a hello states.
     *
     * @return the chip's revision
     * @throws BenchFailure for the first thing that is wrong
     */
    ChipRevision check(Hello hello) {
        checkUniqueId(hello);
        ChipRevision revision = revision(hello);
        checkFirmware(hello);
        if (hello.bootError() != BootError.NONE) {
            throw failure(FailureKind.BOOT)
                    .expected("a start-up without errors")
                    .actual("start-up error " + Words.of(hello.bootError()) + ", running at " + hello.cpuHz() + " Hz")
                    .remedy("power-cycle the board; if it stays so, its supply or its clock does not fit the profile")
                    .failure();
        }
        checkClocks(hello, revision);
        return revision;
    }

    private void checkClocks(Hello hello, ChipRevision revision) {
        if (hello.cpuHz() != revision.coreHz()) {
            throw failure(FailureKind.BOOT)
                    .expected("a core clock of " + revision.coreHz() + " Hz, as the profile says of revision "
                            + revision.name())
                    .actual(hello.cpuHz() + " Hz")
                    .remedy("flash firmware that was built for this profile; nothing may be measured at another clock")
                    .failure();
        }
        int nominalBaud = profile.usart().defaultBaud();
        if (Math.abs(hello.realBaud() / nominalBaud - 1) > MAX_BAUD_ERROR) {
            throw failure(FailureKind.BOOT)
                    .expected(nominalBaud + " baud within 2 %")
                    .actual(Math.round(hello.realBaud()) + " baud")
                    .remedy("flash firmware that was built for this profile")
                    .failure();
        }
    }

    private void checkUniqueId(Hello hello) {
        if (!profile.chip().uniqueIds().allows(HexFormat.of().parseHex(hello.uniqueId()))) {
            throw failure(FailureKind.BENCH)
                    .expected("unique IDs of kind " + profile.chip().uniqueIds().label())
                    .actual("unique ID " + hello.uniqueId())
                    .remedy("choose the profile of this board with --on; an estimate never passes for a measurement")
                    .failure();
        }
    }

    private ChipRevision revision(Hello hello) {
        if (hello.deviceId() != profile.chip().devId()) {
            throw failure(FailureKind.BENCH)
                    .expected(String.format("chip 0x%03x", profile.chip().devId()))
                    .actual(String.format("chip 0x%03x", hello.deviceId()))
                    .remedy("choose the profile of this board with --on")
                    .failure();
        }
        return profile.revision(hello.revisionId())
                .orElseThrow(() -> failure(FailureKind.BENCH)
                        .expected("revision "
                                + profile.chip().revisions().stream()
                                        .map(ChipRevision::name)
                                        .collect(Collectors.joining(" or ")))
                        .actual(String.format("revision 0x%04x", hello.revisionId()))
                        .remedy("add the revision to the board's profile")
                        .failure());
    }

    private void checkFirmware(Hello hello) {
        if (!expected.allows(hello)) {
            throw failure(FailureKind.BOOT)
                    .expected(describe(
                            expected.kind().map(Words::of).orElse("any"),
                            expected.modelHash().orElse(hello.modelHash())))
                    .actual(describe(Words.of(hello.firmwareKind()), hello.modelHash()))
                    .remedy("the board runs a stale image: power-cycle it and flash again")
                    .failure();
        }
    }

    private static String describe(String kind, String modelHash) {
        return "firmware of kind " + kind + " with model " + modelHash.substring(0, 12);
    }

    private BenchFailure.Builder failure(FailureKind kind) {
        return BenchFailure.of(kind, "accept the board that said hello").board(board);
    }
}
