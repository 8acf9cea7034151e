// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.NetworkOrigin;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Results of runs that nobody has run, but for one. */
final class MadeResults {
    private static final List<ImageOutcome> OUTCOMES = List.of(
            new ImageOutcome("a1".repeat(32), OptionalInt.of(2), OptionalInt.of(2), Optional.of(true), true),
            new ImageOutcome("b2".repeat(32), OptionalInt.of(1), OptionalInt.of(0), Optional.of(false), true));

    private final RunResult measured;

    MadeResults(Path folder) {
        try {
            measured = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 4, "top1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another run. */
    Result run(String bench, String board, boolean passed) {
        return run(bench, board, passed, measured.origin());
    }

    /** Another run, with that firmware. */
    Result run(String bench, String board, String firmwareSha256) {
        return of(bench, board, firmwareSha256, measured.origin().dataSha256());
    }

    /** Another run, on that data set. */
    RunResult onData(String bench, String board, String dataSha256) {
        return of(bench, board, measured.origin().firmwareSha256(), dataSha256);
    }

    private RunResult of(String bench, String board, String firmwareSha256, String dataSha256) {
        NetworkOrigin origin = measured.origin();
        return run(
                bench,
                board,
                true,
                new NetworkOrigin(
                        origin.modelFile(),
                        origin.modelSha256(),
                        origin.bundleSha256(),
                        origin.networkSha256(),
                        firmwareSha256,
                        dataSha256,
                        origin.quantizeArguments(),
                        origin.compiler(),
                        origin.compilerFlags()));
    }

    private RunResult run(String bench, String board, boolean passed, NetworkOrigin origin) {
        RunIdentity run = measured.run();
        RunIdentity other = new RunIdentity(
                UUID.randomUUID().toString(), Instant.now(), bench, board, board, run.timing(), Optional.empty());
        Outcome outcome = passed
                ? Outcome.passed(Duration.ofMillis(5))
                : Outcome.failed(false, "link", "the board was lost", Duration.ofMillis(5));
        return new RunResult(
                other,
                outcome,
                measured.workload(),
                measured.demands(),
                origin,
                measured.setup(),
                measured.fusion(),
                measured.flash(),
                measured.board(),
                measured.accuracy(),
                measured.picture(),
                measured.reference(),
                measured.latency(),
                measured.layers(),
                measured.estimate(),
                measured.wire(),
                measured.memory(),
                measured.counters(),
                measured.resumes(),
                measured.clock());
    }

    /** Keeps another run, and says which. */
    String keep(ResultStore results, String bench, String board, boolean passed) {
        try {
            return results.save(run(bench, board, passed), OUTCOMES)
                    .result()
                    .run()
                    .runId();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
