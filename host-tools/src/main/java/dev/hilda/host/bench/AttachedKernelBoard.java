// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.board.CounterSource;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.run.BenchPorts;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A board of this bench.
 *
 * @param flashes hears what was erased
 * @param counters of its core
 */
public record AttachedKernelBoard(RunRequest request, BenchPorts bench, FlashLedger flashes, CounterSource counters)
        implements KernelBoard {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Override
    public Answer run(FirmwareImage image, String modelHash, byte[] input) throws InterruptedException {
        try (BoardLink link = bench.link(request)) {
            BoardSession session = new BoardSession(
                    request.profile(),
                    ExpectedFirmware.network(modelHash),
                    request.boardName(),
                    link,
                    RANDOM::nextInt,
                    Clock.SYSTEM,
                    request.patience(),
                    state -> {});
            flash(session, image);
            session.hello();
            counters.clear();
            List<InferAnswer> answers = new ArrayList<>();
            session.infer(
                    session.network(),
                    List.of(input).iterator(),
                    1,
                    (number, answer) -> answers.add(answer),
                    Progress.SILENT);
            if (answers.size() != 1) {
                throw BenchFailure.of(FailureKind.LINK, "time a kernel")
                        .board(request.boardName())
                        .expected("an answer")
                        .actual("none")
                        .failure();
            }
            Optional<CoreCounters> counted = counters.read();
            counted.filter(read -> !read.isModelled()).ifPresent(read -> {
                throw countsInstructions();
            });
            return new Answer(answers.get(0), counted, session.network());
        }
    }

    private void flash(BoardSession session, FirmwareImage image) throws InterruptedException {
        Flasher flasher = bench.flasher(request);
        try {
            session.flash(flasher, image, Progress.SILENT);
        } finally {
            flashes.add(request.profile().name(), request.board().stLinkSerial(), request.wear(flasher.erases()));
        }
    }

    /** Instructions that pass for cycles would be set beside other engines'. */
    private BenchFailure countsInstructions() {
        return BenchFailure.of(FailureKind.BENCH, "time a kernel")
                .board(request.boardName())
                .expected("a virtual board with the cycle model")
                .actual("one that counts instructions")
                .remedy("start it without --timing instructions")
                .failure();
    }
}
