// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.bundle.Provenance;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.measure.Ranking;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.Statistics;
import dev.hilda.agent.result.AccuracyResult;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.ClockResult;
import dev.hilda.agent.result.EstimateResult;
import dev.hilda.agent.result.FusionResult;
import dev.hilda.agent.result.LatencyResult;
import dev.hilda.agent.result.LayerTime;
import dev.hilda.agent.result.LayerTimes;
import dev.hilda.agent.result.LinkCounters;
import dev.hilda.agent.result.MemoryResult;
import dev.hilda.agent.result.NetworkOrigin;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.PictureResult;
import dev.hilda.agent.result.ResumeResult;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.result.WireResult;
import dev.hilda.agent.result.Workload;
import dev.hilda.agent.session.ClockComparison;
import dev.hilda.agent.session.Deployment;
import dev.hilda.agent.session.Resume;
import dev.hilda.agent.session.RunReport;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a network's run has found, as its result tells it.
 *
 * @param log what the single answers were
 */
record NetworkFindings(Deployment deployment, RunReport report, RunAims aims, Optional<AnswerLog> log) {
    private static final int PREDICTIONS = 5;

    RunResult result(RunIdentity identity, Outcome outcome, BenchSetup setup, DataReading data) {
        Optional<Long> clockHz =
                report.greeting().map(greeting -> greeting.hello().cpuHz());
        Optional<RunReport.Answers> answers = report.answers();
        return new RunResult(
                identity,
                outcome,
                workload(data),
                aims.demands(),
                origin(data.sha256()),
                setup,
                fusion(),
                report.flash().map(SessionFindings::flash),
                report.flash().flatMap(flash -> report.greeting().map(said -> SessionFindings.board(said, flash))),
                answers.map(NetworkFindings::accuracy),
                log.filter(single -> aims.isPicture())
                        .flatMap(AnswerLog::last)
                        .map(outputs -> predictions(outputs.toArray(), data.dataSet())),
                log.flatMap(AnswerLog::comparison),
                answers.flatMap(found -> clockHz.map(hz -> LatencyResult.of(found.inference(), found.elapsed(), hz))),
                answers.flatMap(found -> clockHz.map(hz -> layers(found, hz))),
                report.end().flatMap(this::estimate),
                answers.map(found -> WireResult.of(found.wire())),
                report.end().map(NetworkFindings::memory),
                report.end().map(NetworkFindings::counters),
                resumes(),
                report.end().flatMap(RunReport.End::clocks).map(NetworkFindings::clock));
    }

    private static ClockResult clock(ClockComparison found) {
        return new ClockResult(
                Math.round(found.measuredHz()),
                Math.round(found.uncertaintyHz()),
                found.hostDuration().toMillis());
    }

    private Optional<ResumeResult> resumes() {
        List<Resume> resumes = report.resumes();
        return resumes.isEmpty()
                ? Optional.empty()
                : Optional.of(new ResumeResult(
                        resumes.size(),
                        resumes.stream().map(Resume::cause).toList(),
                        resumes.stream().map(Resume::image).toList()));
    }

    /** Not of a run that was interrupted: what the board counted has more inferences than there were answers. */
    private Optional<EstimateResult> estimate(RunReport.End end) {
        if (!report.resumes().isEmpty()) {
            return Optional.empty();
        }
        long images = report.answers().map(found -> found.parity().images()).orElse(0L);
        return end.counters().flatMap(counted -> EstimateFindings.of(counted, deployment.network(), images));
    }

    private Optional<FusionResult> fusion() {
        List<Layer> layers = deployment.network().layers();
        List<FusionResult.Block> blocks = deployment.fused().stream()
                .map(block -> new FusionResult.Block(
                        layers.get(block.firstLayer()).name(),
                        layers.get(block.lastLayer()).name(),
                        block.rowsPerTurn(),
                        block.turns(),
                        block.bufferBytes(),
                        block.recomputedMacs()))
                .toList();
        return blocks.isEmpty() ? Optional.empty() : Optional.of(new FusionResult(blocks));
    }

    private Workload workload(DataReading data) {
        OptionalDouble clipped =
                data.inputs().map(shares -> OptionalDouble.of(shares.clipped())).orElseGet(OptionalDouble::empty);
        return new Workload(
                deployment.network().name(),
                deployment.modelHash(),
                data.dataSet().name(),
                data.dataSet().classNames(),
                aims.seed(),
                aims.arrays(),
                clipped);
    }

    private PictureResult predictions(int[] outputs, DataSet dataSet) {
        Tensor output = deployment.network().outputTensors().get(0);
        int[] scores = Arrays.copyOf(outputs, output.shape().elements());
        return new PictureResult(Ranking.largest(scores, PREDICTIONS).stream()
                .map(label -> new PictureResult.Prediction(
                        label,
                        dataSet.className(label).filter(name -> !name.isEmpty()),
                        output.scale() * ((double) outputs[label] - output.zeroPoint())))
                .toList());
    }

    private NetworkOrigin origin(String dataSha256) {
        Provenance provenance = deployment.provenance();
        return new NetworkOrigin(
                provenance.modelFile(),
                provenance.modelSha256(),
                deployment.bundleSha256(),
                deployment.modelHash(),
                deployment.image().sha256(),
                dataSha256,
                known(provenance.quantizeArguments()),
                provenance.toolchain(),
                known(provenance.compilerFlags()));
    }

    /** Bundles of earlier versions do not say. */
    private static List<String> known(List<String> texts) {
        return texts.isEmpty() ? List.of(BenchSetup.UNKNOWN) : texts;
    }

    private static AccuracyResult accuracy(RunReport.Answers answers) {
        return AccuracyResult.of(
                answers.accuracy().metric(),
                answers.parity(),
                answers.accuracy().classification(),
                answers.accuracy().auc(),
                answers.accuracy().mse());
    }

    private static LayerTimes layers(RunReport.Answers answers, long clockHz) {
        return new LayerTimes(answers.layers().stream()
                .map(layer -> LayerTime.of(layer.name(), layer.medianCycles(), clockHz))
                .toList());
    }

    private static MemoryResult memory(RunReport.End end) {
        return MemoryResult.of(
                end.network().arenaBytes(),
                end.network().arenaPeakBytes(),
                end.board().stackBytes(),
                end.board().stackPeakBytes());
    }

    private static LinkCounters counters(RunReport.End end) {
        LinkStatistics host = end.hostLink();
        Statistics board = end.board();
        return new LinkCounters(
                host.sentBytes(),
                host.crcErrors(),
                host.resyncs(),
                host.retransmits(),
                host.timeouts(),
                board.link().sentBytes(),
                board.link().crcErrors(),
                board.link().resyncs(),
                board.link().retransmits(),
                board.link().timeouts(),
                board.uptimeCycles(),
                board.idleCycles(),
                board.uartOverruns(),
                board.dmaErrors(),
                board.receiveOverflows());
    }
}
