// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.verdict.NightVerdicts.Pair;
import dev.hilda.agent.verdict.SimulatedBench.Ailment;
import dev.hilda.agent.verdict.SimulatedBench.Model;
import dev.hilda.agent.verdict.SimulatedBench.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A hundred nights of five models on six boards, in which one model a night is trained anew at equal accuracy, judged as a
 * night's end judges them. In ten nights, each at a night and a board by chance: one board falls back to its inner oscillator,
 * one is lost in the middle of its runs, one answers some images otherwise, one takes 6 % more cycles for all it runs; and a data
 * set is edited.
 *
 * <p>Somebody promotes the newest runs of a network every so many nights, if each kind of board has one that is clean and has the usual clock; and the
 * night after its data set was edited, as there is nothing else to hold it against.
 *
 * <p>Every fifth night is judged twice: once more with a network in the place of the one that was trained that is as much worse
 * than its baseline as the night's tests find with the policy's power, and 5 % slower. Nothing follows from it.
 */
final class SimulatedNights {
    static final int NIGHTS = 100;

    private static final int MODELS = 5;
    private static final int DECADE = 10;
    private static final int PLANTED_EVERY = 5;
    private static final double PLANTED_PERCENT = 5;
    private static final double SLOW_BOARD = 0.06;

    /** Numbers of what was told, and of what there was to tell. */
    static final class Tally {
        int falseBundles;
        int falseAccuracies;
        int falseCycles;
        int drops;
        int dropsFound;
        int slowRuns;
        int slowRunsFound;
        int faults;
        int faultsTold;
        final List<String> accused = new ArrayList<>();
        final List<String> untold = new ArrayList<>();

        void add(Tally other) {
            falseBundles += other.falseBundles;
            falseAccuracies += other.falseAccuracies;
            falseCycles += other.falseCycles;
            drops += other.drops;
            dropsFound += other.dropsFound;
            slowRuns += other.slowRuns;
            slowRunsFound += other.slowRunsFound;
            faults += other.faults;
            faultsTold += other.faultsTold;
            accused.addAll(other.accused);
            untold.addAll(other.untold);
        }
    }

    private enum Fault {
        HSI,
        LOST,
        SPOILT,
        SLOW,
        EDITED
    }

    private record Run(int model, int board, JudgedRun judged) {}

    private final Policy policy;
    private final int promotedEvery;
    private final SplittableRandom random;
    private final SimulatedBench bench;
    private final Model[] models = new Model[MODELS];
    private final Network[] networks = new Network[MODELS];
    private final Network[] promoted = new Network[MODELS];
    private final JudgedRun[][] baselines = new JudgedRun[MODELS][SimulatedBench.KINDS];
    private final boolean[] wasEdited = new boolean[MODELS];
    private final Ailment[] ailments = new Ailment[SimulatedBench.BOARDS.size()];
    private final Map<Fault, Integer> when = new HashMap<>();
    private final Set<String> falseBundles = new HashSet<>();
    private final Set<String> falseAccuracies = new HashSet<>();
    private final Set<String> falseCycles = new HashSet<>();
    private final Tally tally = new Tally();

    SimulatedNights(RunResult template, Policy policy, int promotedEvery, long seed) {
        this.policy = policy;
        this.promotedEvery = promotedEvery;
        this.random = new SplittableRandom(seed);
        this.bench = new SimulatedBench(template, random);
        Arrays.fill(ailments, Ailment.NONE);
        for (int model = 0; model < MODELS; model++) {
            models[model] = bench.new Model("model" + model);
            networks[model] = models[model].retrained();
        }
        List<Run> first = runs(networks);
        IntStream.range(0, MODELS).forEach(model -> promote(model, first, index -> true));
    }

    Tally tally() {
        for (int night = 0; night < NIGHTS; night++) {
            night(night);
        }
        tally.falseBundles = falseBundles.size();
        tally.falseAccuracies = falseAccuracies.size();
        tally.falseCycles = falseCycles.size();
        return tally;
    }

    private void night(int night) {
        if (night % DECADE == 0) {
            for (Fault fault : Fault.values()) {
                when.put(fault, night + random.nextInt(DECADE));
            }
        }
        int trained = random.nextInt(MODELS);
        networks[trained] = models[trained].retrained();
        ail(night);
        List<Run> runs = runs(networks);
        List<Comparison> judged = judged(runs);
        look(night, runs, judged);
        if (night % PLANTED_EVERY == 0) {
            plant(trained);
        }
        for (int model = 0; model < MODELS; model++) {
            if (night % promotedEvery == promotedEvery - 1 || wasEdited[model]) {
                promote(model, runs, index -> isGood(judged.get(index)));
            }
            wasEdited[model] = !isComparable(model);
        }
    }

    private void ail(int night) {
        Arrays.fill(ailments, Ailment.NONE);
        ail(night, Fault.SLOW, new Ailment(false, SimulatedBench.IMAGES, 0, SLOW_BOARD));
        ail(night, Fault.SPOILT, new Ailment(false, SimulatedBench.IMAGES, 1 + random.nextInt(300), 0));
        ail(night, Fault.LOST, new Ailment(false, random.nextInt(1, SimulatedBench.IMAGES), 0, 0));
        ail(night, Fault.HSI, new Ailment(true, SimulatedBench.IMAGES, 0, 0));
        if (isTime(night, Fault.EDITED)) {
            models[random.nextInt(MODELS)].edit();
        }
    }

    private void ail(int night, Fault fault, Ailment ailment) {
        if (isTime(night, fault)) {
            ailments[random.nextInt(ailments.length)] = ailment;
        }
    }

    private boolean isTime(int night, Fault fault) {
        return Integer.valueOf(night).equals(when.get(fault));
    }

    /** A board that is lost breaks off the run of one model; the later ones are missing. */
    private List<Run> runs(Network[] tonight) {
        List<Run> runs = new ArrayList<>();
        for (int model = 0; model < MODELS; model++) {
            var answers = tonight[model].answers();
            for (int board = 0; board < ailments.length; board++) {
                boolean isLost = ailments[board].answered() < SimulatedBench.IMAGES;
                int breaksOff = ailments[board].answered() % MODELS;
                if (!isLost || model <= breaksOff) {
                    Ailment ailment = isLost && model < breaksOff ? Ailment.NONE : ailments[board];
                    runs.add(new Run(model, board, bench.run(tonight[model], answers, board, ailment)));
                }
            }
        }
        return runs;
    }

    private List<Pair> pairs(List<Run> runs) {
        return runs.stream()
                .map(run -> new Pair(baselines[run.model][SimulatedBench.kind(run.board)], run.judged))
                .toList();
    }

    private List<Comparison> judged(List<Run> runs) {
        return NightVerdicts.of(pairs(runs), policy);
    }

    private void promote(int model, List<Run> runs, IntPredicate isGood) {
        JudgedRun[] newest = new JudgedRun[SimulatedBench.KINDS];
        for (int index = 0; index < runs.size(); index++) {
            Run run = runs.get(index);
            if (run.model == model && isGood.test(index)) {
                newest[SimulatedBench.kind(run.board)] = run.judged;
            }
        }
        if (Arrays.stream(newest).allMatch(run -> run != null)) {
            baselines[model] = newest;
            promoted[model] = networks[model];
        }
    }

    /** Clean, and by the clock that the baseline has: nobody promotes a run on the inner oscillator. */
    private static boolean isGood(Comparison comparison) {
        return comparison.conclusion() == Conclusion.CLEAN
                && !verdict(comparison, "cycles").equals(Optional.of(Verdict.NOT_COMPARABLE));
    }

    private boolean isComparable(int model) {
        return baselines[model][0].result().origin().dataSha256().equals(models[model].dataSha256());
    }

    private static Optional<Verdict> verdict(Comparison comparison, String metric) {
        return comparison.verdicts().stream()
                .filter(each -> each.metric().equals(metric))
                .map(MetricVerdict::verdict)
                .findFirst();
    }

    /** No network got worse: whoever is called that, is called so falsely. */
    private void look(int night, List<Run> runs, List<Comparison> judged) {
        for (int index = 0; index < runs.size(); index++) {
            Run run = runs.get(index);
            Comparison comparison = judged.get(index);
            for (MetricVerdict verdict : comparison.verdicts()) {
                if (verdict.verdict() == Verdict.WORSE) {
                    String bundle = run.judged.result().origin().bundleSha256();
                    falseBundles.add(bundle);
                    (verdict.metric().equals(AccuracyVerdict.METRIC) ? falseAccuracies : falseCycles).add(bundle);
                    if (expected(run, comparison).containsKey(verdict.metric())
                            || !run.judged.result().outcome().complete()) {
                        tally.accused.add("night " + night + " " + ailments[run.board] + " " + verdict);
                    }
                }
            }
            expected(run, comparison).forEach((metric, verdict) -> {
                tally.faults++;
                if (verdict(comparison, metric).equals(Optional.of(verdict))) {
                    tally.faultsTold++;
                } else {
                    tally.untold.add(
                            "night " + night + " " + metric + " " + ailments[run.board] + " " + comparison.verdicts());
                }
            });
        }
    }

    /** What figures of a run are to be called, where it has an ailment or its data set was edited. */
    private Map<String, Verdict> expected(Run run, Comparison comparison) {
        Ailment ailment = ailments[run.board];
        Map<String, Verdict> expected = new HashMap<>();
        if (!run.judged.result().outcome().complete()) {
            expected.put("run", Verdict.FAULT);
        }
        if (run.judged.unmatched() > 0) {
            expected.put(AccuracyVerdict.PARITY, Verdict.FAULT);
        }
        if (!isComparable(run.model)
                && verdict(comparison, AccuracyVerdict.METRIC).isPresent()) {
            expected.put(AccuracyVerdict.METRIC, Verdict.NOT_COMPARABLE);
        }
        if (ailment.hasHsi()) {
            expected.put("cycles", Verdict.NOT_COMPARABLE);
        } else if (ailment.slower() > 0) {
            expected.put("cycles", Verdict.FAULT);
        }
        return expected;
    }

    private void plant(int model) {
        if (!isComparable(model)) {
            return;
        }
        Network[] tonight = networks.clone();
        double drop = new Detection(policy.significance() / tests(model), policy.power())
                .smallestDrop(SimulatedBench.IMAGES, models[model].discordant())
                .orElseThrow();
        tonight[model] = promoted[model].worsened(drop, PLANTED_PERCENT);
        List<Run> planted = runs(tonight);
        List<Comparison> found = judged(planted);
        tally.drops++;
        tally.dropsFound += found.stream()
                        .anyMatch(each -> each.candidate().model().equals("model" + model)
                                && verdict(each, AccuracyVerdict.METRIC).equals(Optional.of(Verdict.WORSE)))
                ? 1
                : 0;
        for (int index = 0; index < planted.size(); index++) {
            if (planted.get(index).model == model && ailments[planted.get(index).board].equals(Ailment.NONE)) {
                tally.slowRuns++;
                tally.slowRunsFound += verdict(found.get(index), "cycles").equals(Optional.of(Verdict.WORSE)) ? 1 : 0;
            }
        }
    }

    /** Of accuracies, in a night in which that model is another network than its baseline. */
    private int tests(int trained) {
        return (int) IntStream.range(0, MODELS)
                .filter(model -> model == trained || (networks[model] != promoted[model] && isComparable(model)))
                .count();
    }
}
