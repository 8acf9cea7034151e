// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.discovery;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.discovery.BoardDiscovery.Findings;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.Discovery;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Chooses one of the attached boards. Never guesses: with several attached the user says which. */
public final class BoardChoice {
    /** Not the serial of a board that is there: it may be somebody else's. */
    private static final String OTHER_BOARDS_REMEDY =
            "attach that board, or correct the number; hilda devices lists what is attached";

    private BoardChoice() {}

    /**
     * The one board meant.
     *
     * @param serial the ST-Link's serial number, where the user gave one
     * @throws BenchFailure of kind {@link FailureKind#BENCH} when there is none, or more than one
     */
    public static AttachedBoard choose(BoardProfile profile, Optional<String> serial, Findings findings) {
        List<AttachedBoard> candidates = findings.boards().stream()
                .filter(board -> serial.isEmpty() || serial.get().equals(board.stLinkSerial()))
                .toList();
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        if (!candidates.isEmpty()) {
            throw failure(profile)
                    .expected("one board, or --serial to choose one")
                    .actual(candidates.size() + " boards attached:\n" + listing(candidates))
                    .remedy(serialRemedy(candidates))
                    .failure();
        }
        throw failure(profile)
                .expected("an attached board"
                        + serial.map(value -> " with ST-Link serial " + value).orElse(""))
                .actual(whatIsThere(findings))
                .remedy(
                        serial.isPresent() && !findings.boards().isEmpty()
                                ? OTHER_BOARDS_REMEDY
                                : attachRemedy(profile))
                .failure();
    }

    private static BenchFailure.Builder failure(BoardProfile profile) {
        return BenchFailure.of(FailureKind.BENCH, "find the board").board(profile.name());
    }

    private static String whatIsThere(Findings findings) {
        String boards = findings.boards().isEmpty() ? "none" : "only\n" + listing(findings.boards());
        return findings.problems().isEmpty() ? boards : boards + "\n" + String.join("\n", findings.problems());
    }

    private static String attachRemedy(BoardProfile profile) {
        return profile.probe().discovery() == Discovery.VIRTUAL_REGISTRY
                ? "start one in another terminal: ./hilda virtual-board"
                : "plug the board's ST-Link USB connector in; hilda devices lists what is attached";
    }

    private static String serialRemedy(List<AttachedBoard> boards) {
        return boards.stream()
                .map(AttachedBoard::stLinkSerial)
                .collect(Collectors.joining(" or --serial ", "--serial ", ""));
    }

    private static String listing(List<AttachedBoard> boards) {
        return boards.stream()
                .map(board -> board.stLinkSerial() + "  " + board.product()
                        + board.serialPort().map(port -> "  " + port).orElse("  (no serial port)"))
                .collect(Collectors.joining("\n"));
    }
}
