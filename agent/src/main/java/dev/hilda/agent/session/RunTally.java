// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.measure.CycleDistribution;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.measure.Parity;
import dev.hilda.agent.measure.ParityCounter;
import dev.hilda.agent.measure.WireUse;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.agent.session.PendingImages.Expected;
import dev.hilda.agent.session.RunReport.LayerMedian;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** What the answers of a run add up to. */
final class RunTally {
    private final IntegerNetwork network;
    private final AccuracyJudge judge;
    private final ParityCounter parity = new ParityCounter();
    private final CycleDistribution inference = new CycleDistribution();
    private final CycleDistribution elapsed = new CycleDistribution();
    private final List<CycleDistribution> layers;
    private final List<ImageOutcome> outcomes = new ArrayList<>();
    private final WireTally wire;

    RunTally(IntegerNetwork network, AccuracyJudge judge) {
        this.network = network;
        this.judge = judge;
        this.wire = new WireTally(InferenceStream.mostUnderWay(network.inputBytes()));
        this.layers = Stream.generate(CycleDistribution::new)
                .limit(network.layers().size())
                .toList();
    }

    /** Adds the answer for the next image. */
    void add(Expected expected, InferAnswer answer) {
        int[] outputs = answer.outputs();
        OptionalInt prediction = judge.add(expected.sample(), outputs);
        boolean matched = parity.add(expected.outputs().toArray(), outputs);
        outcomes.add(outcome(expected.sample(), prediction, matched));
        wire.add(answer.finishedAtCycles());
        inference.add(answer.inferenceCycles());
        elapsed.add(answer.elapsedCycles());
        long[] cycles = answer.layerCycles();
        for (int layer = 0; layer < cycles.length; layer++) {
            layers.get(layer).add(cycles[layer]);
        }
    }

    /** Cycles until now and from now on are by different clocks. */
    void interrupted(boolean sameRate) {
        wire.interrupted(sameRate);
    }

    /** What the answers add up to until now; empty before the first. */
    Optional<RunReport.Answers> report(Hello hello) {
        return inference.count() == 0
                ? Optional.empty()
                : Optional.of(new RunReport.Answers(
                        judge.result(), parity(), inference.summary(), elapsed.summary(), layers(), wire(hello)));
    }

    private static ImageOutcome outcome(Sample sample, OptionalInt prediction, boolean matched) {
        OptionalInt label = sample.label();
        Optional<Boolean> correct = prediction.isPresent() && label.isPresent()
                ? Optional.of(prediction.getAsInt() == label.getAsInt())
                : Optional.empty();
        return new ImageOutcome(sample.sha256(), label, prediction, correct, matched);
    }

    /** What each image came to, in order. */
    List<ImageOutcome> outcomes() {
        return List.copyOf(outcomes);
    }

    Parity parity() {
        return parity.result();
    }

    private List<LayerMedian> layers() {
        List<LayerMedian> times = new ArrayList<>();
        for (int layer = 0; layer < layers.size(); layer++) {
            times.add(new LayerMedian(
                    network.layers().get(layer).name(), layers.get(layer).percentileCycles(50)));
        }
        return times;
    }

    private WireUse wire(Hello hello) {
        return new WireUse(
                wire.intervals(),
                wire.cycles(),
                network.inputBytes(),
                InferAnswer.bodyBytes(network.layers().size(), network.answerElements()),
                inference.meanCycles(),
                hello.cpuHz(),
                hello.realBaud());
    }
}
