// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.cli.ProgressLines;
import dev.hilda.agent.session.InputFit;
import dev.hilda.host.pipeline.BundledModel;
import dev.hilda.host.pipeline.CheckedModel;
import dev.hilda.host.pipeline.ModelPipeline;
import dev.hilda.host.pipeline.OpenedModel;
import dev.hilda.host.pipeline.QuantizeRequest;
import dev.hilda.host.pipeline.RetrainReport;
import dev.hilda.host.retrain.Epoch;
import dev.hilda.host.retrain.TrainingLoss;
import dev.hilda.profile.BoardProfile;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** From a request to a file of a bundle, with what is told on the way. */
final class BundleWriting {
    private final ModelPipeline pipeline;
    private final PrintWriter err;
    private final Path file;
    private final boolean allowClipping;

    BundleWriting(ModelPipeline pipeline, PrintWriter err, Path file, boolean allowClipping) {
        this.pipeline = pipeline;
        this.err = err;
        this.file = file;
        this.allowClipping = allowClipping;
    }

    /** Before the long work. */
    void requireWritable(BoardProfile profile) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
        BenchFailure.Builder problem =
                BenchFailure.of(FailureKind.BUNDLE, "write " + file).board(profile.name());
        if (!Files.isDirectory(folder)) {
            throw problem.expected("a folder that exists")
                    .actual("no folder " + folder)
                    .remedy("mkdir -p " + folder)
                    .failure();
        }
        if (Files.isDirectory(file) || !Files.isWritable(folder)) {
            throw problem.expected("the name of a file, in a folder this user may write to")
                    .actual(Files.isDirectory(file) ? "a folder" : "no right to write to " + folder)
                    .remedy("-o FILE.hilda")
                    .failure();
        }
    }

    QuantizeOutput write(ModelOptions options, OpenedModel opened) throws InterruptedException {
        options.requireUsed(opened);
        options.tellRemarks(opened);
        return write(pipeline.check(opened));
    }

    QuantizeOutput write(CheckedModel checked) throws InterruptedException {
        QuantizeRequest request = checked.opened().request();
        boolean byLabels = request.retraining()
                .filter(given -> given.options().loss() == TrainingLoss.LABELS)
                .isPresent();
        BundledModel made = pipeline.bundle(checked, ProgressLines.to(err), epoch -> tell(epoch, byLabels));
        made.model()
                .calibration()
                .flatMap(shares ->
                        InputFit.require("calibrate " + request.model(), shares, shares.clipped(), allowClipping))
                .ifPresent(remark -> err.println("hilda: " + remark));
        made.model()
                .retraining()
                .filter(RetrainReport::isGap)
                .ifPresent(report -> err.printf(
                        Locale.ROOT,
                        "hilda: warning: integers answer only %.1f %% of the held-back images as trained%n",
                        100 * report.integerAgreement()));
        made.bundle().write(file);
        return new QuantizeOutput(
                made.bundle(),
                file,
                made.model().bits(),
                request.budget().ramModel(),
                made.model().search(),
                made.model().noise(),
                made.model().retraining());
    }

    private void tell(Epoch epoch, boolean byLabels) {
        String trained = epoch.number() == 0
                ? "before training"
                : String.format(
                        Locale.ROOT,
                        "epoch %d%s: loss %.4f, %.0f images/s",
                        epoch.number(),
                        epoch.rateShare() < 1
                                ? ", at 1/%d of the rates".formatted(Math.round(1 / epoch.rateShare()))
                                : "",
                        epoch.loss(),
                        epoch.imagesPerSecond());
        err.printf(
                Locale.ROOT,
                "%s; held back: %s %.4f nats, %s answer %.1f %%%n",
                trained,
                byLabels ? "cross entropy" : "KL from float",
                epoch.divergence(),
                byLabels ? "right" : "same",
                100 * epoch.agreement());
        err.flush();
    }
}
