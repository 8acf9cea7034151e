// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.folder.IoReason;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.http.ApiRefusal;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.linerate.RateFile;
import dev.hilda.agent.result.Demands;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.run.AnswerFiles;
import dev.hilda.agent.run.BoardRun;
import dev.hilda.agent.run.BundleDeployments;
import dev.hilda.agent.run.KeptImages;
import dev.hilda.agent.run.NetworkPreparation;
import dev.hilda.agent.run.NetworkTask;
import dev.hilda.agent.run.RunInputs;
import dev.hilda.agent.run.RunListener;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.session.LineRates;
import dev.hilda.agent.signature.KeyFiles;
import dev.hilda.agent.virtualboard.ControlSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work with a board that is attached to this host.
 *
 * @param requests the board as it is attached now, what is done with it, and where results of no job are kept
 * @param furtherRungs what is tried where a reset does not make the board answer, the mildest first
 * @param knownBundle one that it must run with parity; empty where nothing but its answer is asked for
 * @param stores say whose bundles are run, and have those of jobs
 * @param cache of bundles and data sets
 * @param outputs cache of what the oracle gave in earlier runs
 * @param rates file of line rates
 */
record AttachedBoardWork(
        Supplier<RunRequest> requests,
        KeptImages ports,
        List<RecoveryLadder.Rung> furtherRungs,
        Optional<Path> knownBundle,
        BenchStores stores,
        JobFiles cache,
        BuildCache outputs,
        Path rates)
        implements BoardWork {
    private static final Logger LOG = LoggerFactory.getLogger(AttachedBoardWork.class);

    /** Enough to see that it works; a run with parity of few inputs is as exact as one of many. */
    private static final int PROBATION_INPUTS = 3;

    private static final long PROBATION_SEED = 1;

    @Override
    public void run(Job job, CancelToken token, ResultStore results, RunIds ids) throws InterruptedException {
        requireSigned("job " + job.id(), job.order().bundleSha256(), job.order().bundleSignature());
        try (JobFiles.Open files = cache.open(stores.contents(), job.order())) {
            Optional<Integer> limit = job.order().limit().isPresent()
                    ? Optional.of(job.order().limit().getAsInt())
                    : Optional.empty();
            run(files.bundle(), RunInputs.dataSet(files.data(), limit), token, results, ids);
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.BUNDLE, "fetch the files of job " + job.id())
                    .expected("bundle and data set in the store")
                    .actual(e.toString())
                    .remedy("submit the job again; hilda store verify looks for damage")
                    .cause(e)
                    .failure();
        }
    }

    /**
     * Again, though it was checked when the job came: others may have written into the store, and a key may have been
     * revoked meanwhile. What is fetched by its hash is what that hash says.
     */
    private void requireSigned(String job, String bundleSha256, Optional<String> signature) {
        try {
            stores.keys().require("run the bundle", bundleSha256, signature);
        } catch (BenchFailure refused) {
            stores.audit("refuse the bundle " + bundleSha256 + " of " + job, ApiRefusal.UNTRUSTED);
            throw refused;
        }
    }

    private void run(Path bundle, RunInputs inputs, CancelToken token, ResultStore results, RunIds ids)
            throws InterruptedException {
        RunRequest request = requests.get();
        NetworkPreparation prepared = NetworkPreparation.of(
                new BundleDeployments(), bundle, inputs, Demands.NONE, AnswerFiles.NONE, request.profile());
        LineRates lineRates = new LineRates(
                OptionalInt.empty(), new RateFile(rates, request.board().stLinkSerial(), java.time.Clock.systemUTC()));
        NetworkTask task = token.run(() ->
                prepared.task(false, lineRates, ControlSocket.of(request.board()), Optional.of(outputs), LOG::warn));
        ports.refusal(task.image(), request.board().stLinkSerial()).ifPresent(worn -> {
            throw new UnfitBoardException(
                    "board " + request.board().stLinkSerial() + " is not flashed any more: " + worn.text());
        });
        new BoardRun<>(request.keepingIn(results), task, ports, new Kept(ids), token).run();
    }

    /** Hears under which id the result is kept; the log has the rest. */
    private record Kept(RunIds ids) implements RunListener<RunResult> {
        @Override
        public void progress(String step, long done, long total) {}

        @Override
        public void remark(String text) {}

        @Override
        public void measured(RunResult result) {}

        @Override
        public void result(Result result) {
            ids.kept(result.run().runId());
        }

        @Override
        public void saved(String place) {}

        @Override
        public void published(String topic) {}
    }

    @Override
    public Optional<String> check() throws InterruptedException {
        Flasher flasher = ports.flasher(requests.get());
        flasher.reset();
        return flasher.optionBytes();
    }

    /** Its results are kept, as of any run. */
    @Override
    public void probation() throws InterruptedException {
        requireSignedProbation();
        if (knownBundle.isPresent()) {
            RunInputs inputs = RunInputs.seeded(PROBATION_SEED, PROBATION_INPUTS);
            run(knownBundle.get(), inputs, new CancelToken(), requests.get().results(), id -> {});
        }
    }

    /** The same of the bundle that a board in quarantine must run: its signature lies beside it. */
    private void requireSignedProbation() {
        knownBundle.ifPresent(bundle -> requireSigned("probation", sha256(bundle), KeyFiles.signature(bundle)));
    }

    private static String sha256(Path bundle) {
        try {
            return Sha256.of(bundle);
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.BUNDLE, "read bundle " + bundle)
                    .expected("a bundle that this user may read")
                    .actual(IoReason.of(e))
                    .remedy("correct probation in the configuration")
                    .cause(e)
                    .failure();
        }
    }

    @Override
    public RecoveryLadder ladder() {
        List<RecoveryLadder.Rung> rungs = new ArrayList<>();
        rungs.add(new RecoveryLadder.Rung("reset by the probe", () -> {}));
        rungs.addAll(furtherRungs);
        return new RecoveryLadder(rungs, this::check);
    }
}
