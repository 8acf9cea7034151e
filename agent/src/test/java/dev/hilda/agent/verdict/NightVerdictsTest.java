// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.verdict.NightVerdicts.Pair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the runs of a night say of one another. */
class NightVerdictsTest {
    private static final Policy POLICY = new Policy(0.05, 0.99, 1, 3, 1);

    private static PlantedRuns runs;

    @BeforeAll
    static void measure(@TempDir Path folder) {
        runs = new PlantedRuns(folder);
    }

    /** A network, on a board, that loses and wins so many images, and needs that many cycles. */
    private static Pair pair(String model, String board, boolean isRetrained, int lost, int won, long cycles) {
        Map<String, Object> before = new HashMap<>();
        before.put("model", model);
        before.put("bundle_sha256", hash(model + " baseline"));
        before.put("network_sha256", hash(model + " baseline network"));
        Map<String, Object> now = new HashMap<>(before);
        now.put("board_serial", board);
        now.put("cycles_p50", cycles);
        if (isRetrained) {
            now.put("bundle_sha256", hash(model));
            now.put("network_sha256", hash(model + " network"));
        }
        return new Pair(
                runs.run(PlantedRuns.images(0, 0), before),
                isRetrained ? runs.retrained(lost, won, now) : runs.again(now));
    }

    private static String hash(String text) {
        return String.format("%064x", text.hashCode() & 0xffffffffL);
    }

    private static List<Verdict> verdicts(List<Comparison> night, String metric) {
        return night.stream()
                .map(each -> verdict(each, metric).map(MetricVerdict::verdict).orElse(null))
                .toList();
    }

    private static Optional<MetricVerdict> verdict(Comparison comparison, String metric) {
        return comparison.verdicts().stream()
                .filter(each -> each.metric().equals(metric))
                .findFirst();
    }

    @Test
    void shouldJudgeTheAccuracyOfABundleOnce() {
        List<Comparison> night = NightVerdicts.of(
                List.of(
                        pair("ic01", "B1", true, 30, 10, 1_000_000),
                        pair("ic01", "B2", true, 30, 10, 1_000_000),
                        pair("kws", "B1", false, 0, 0, 1_000_000)),
                POLICY);
        assertEquals(Arrays.asList(Verdict.WORSE, null, Verdict.EQUAL), verdicts(night, "accuracy"));
        assertEquals(
                List.of(Conclusion.REGRESSED, Conclusion.CLEAN, Conclusion.CLEAN),
                night.stream().map(Comparison::conclusion).toList());
    }

    @Test
    void shouldCallABoardThatDiffersAFaultAndNoRegression() {
        Pair first = pair("ic01", "B1", true, 0, 0, 1_000_000);
        Pair second = pair("ic01", "B2", true, 40, 0, 1_000_000);
        List<Comparison> night = NightVerdicts.of(List.of(first, second), POLICY);
        assertEquals(
                List.of(Conclusion.CLEAN, Conclusion.FAULT),
                night.stream().map(Comparison::conclusion).toList());
        assertEquals(
                "40 images are something else to board B1 with the same bundle: a fault of a bench, not of the network",
                verdict(night.get(1), "parity").orElseThrow().reason());
    }

    /** A board whose outputs are not the reference interpreter's speaks for no network. */
    @Test
    void shouldLetAnotherBoardSpeakForANetworkWhereOneIsAtFault() {
        Pair faulty = pair("ic01", "B1", true, 30, 10, 1_000_000);
        Map<String, Object> fields = Map.of(
                "parity_matched",
                990,
                "board_serial",
                "B1",
                "bundle_sha256",
                hash("ic01"),
                "model",
                "ic01",
                "network_sha256",
                hash("ic01 network"));
        faulty = new Pair(faulty.baseline(), runs.retrained(400, 0, fields));
        List<Comparison> night = NightVerdicts.of(List.of(faulty, pair("ic01", "B2", true, 30, 10, 1_000_000)), POLICY);
        assertEquals(
                List.of(Conclusion.FAULT, Conclusion.REGRESSED),
                night.stream().map(Comparison::conclusion).toList());
        assertEquals(Arrays.asList(null, Verdict.WORSE), verdicts(night, "accuracy"));
    }

    /** By Holm's own procedure, over sets of drops drawn around what a single test would find. */
    @Test
    void shouldHoldTheSignificanceForTheNight() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int corrected = 0;
        for (int round = 0; round < 40; round++) {
            List<Pair> pairs = new ArrayList<>();
            int networks = 1 + random.nextInt(6);
            for (int network = 0; network < networks; network++) {
                pairs.add(
                        pair("net" + network, "B1", true, 20 + random.nextInt(25), 10 + random.nextInt(10), 1_000_000));
            }
            double[] alone = pairs.stream()
                    .mapToDouble(pair -> pair.probability(POLICY).orElseThrow())
                    .toArray();
            double[] holm = Holm.corrected(alone);
            List<Comparison> night = NightVerdicts.of(pairs, POLICY);
            for (int network = 0; network < networks; network++) {
                boolean isWorse =
                        verdict(night.get(network), "accuracy").orElseThrow().verdict() == Verdict.WORSE;
                assertEquals(holm[network] <= POLICY.significance(), isWorse, "seed " + seed + " round " + round);
                corrected += !isWorse && alone[network] <= POLICY.significance() ? 1 : 0;
            }
        }
        assertTrue(corrected > 0, "none was near enough, seed " + seed);
    }

    /** Nights in which nothing was retrained must not make the test of what was any harder. */
    @Test
    void shouldNotCountNetworksThatDidNotChange() {
        List<Pair> pairs = new ArrayList<>(List.of(pair("ic01", "B1", true, 25, 10, 1_000_000)));
        IntStream.range(0, 9).forEach(index -> pairs.add(pair("net" + index, "B1", false, 0, 0, 1_000_000)));
        List<Comparison> night = NightVerdicts.of(pairs, POLICY);
        assertEquals(
                Verdict.WORSE, verdict(night.get(0), "accuracy").orElseThrow().verdict());
        assertEquals(0.05, night.get(0).policy().significance());
    }

    @Test
    void shouldBlameABoardOnWhichMostNetworksShift() {
        List<Comparison> night = NightVerdicts.of(
                List.of(
                        pair("a", "B1", false, 0, 0, 1_050_000),
                        pair("b", "B1", true, 0, 0, 1_040_000),
                        pair("c", "B1", false, 0, 0, 1_000_000),
                        pair("a", "B2", false, 0, 0, 1_000_000),
                        pair("b", "B2", true, 0, 0, 1_050_000),
                        pair("c", "B2", false, 0, 0, 1_000_000)),
                POLICY);
        assertEquals(
                List.of(Verdict.FAULT, Verdict.FAULT, Verdict.EQUAL, Verdict.EQUAL, Verdict.WORSE, Verdict.EQUAL),
                verdicts(night, "cycles"));
        assertEquals(
                "2 of 3 networks on board B1 are slower alike: the board or its bench, not the networks",
                verdict(night.get(0), "cycles").orElseThrow().reason());
    }

    /** Two networks that were both made anew may both be slower; nothing that stayed the same is. */
    @Test
    void shouldNotBlameABoardForNetworksThatAllChanged() {
        List<Comparison> night = NightVerdicts.of(
                List.of(pair("a", "B1", true, 0, 0, 1_050_000), pair("b", "B1", true, 0, 0, 1_050_000)), POLICY);
        assertEquals(List.of(Verdict.WORSE, Verdict.WORSE), verdicts(night, "cycles"));
    }

    /** All networks are others than their baselines, so that only the other boards tell. */
    @Test
    void shouldBlameABoardThatIsSlowerThanItsLikeWithTheSameBundles() {
        List<Pair> pairs = new ArrayList<>();
        for (String model : List.of("a", "b", "c")) {
            pairs.add(pair(model, "B1", true, 0, 0, 1_050_000));
            pairs.add(pair(model, "B2", true, 0, 0, 1_000_000));
            pairs.add(pair(model, "B3", true, 0, 0, 990_000));
        }
        List<Comparison> night = NightVerdicts.of(pairs, POLICY);
        assertEquals(
                List.of(Verdict.FAULT, Verdict.EQUAL, Verdict.EQUAL),
                verdicts(night, "cycles").subList(0, 3));
        assertEquals(
                "slower than the same bundle on 2 of 2 other boards of its kind: board B1 or its bench, not the network",
                verdict(night.get(3), "cycles").orElseThrow().reason());
        assertTrue(
                night.stream().noneMatch(each -> each.conclusion() == Conclusion.REGRESSED), "a network was accused");
    }

    /** A network that is slower on all boards is; one board that is slower still, or another kind, does not excuse it. */
    @Test
    void shouldNotBlameABoardForANetworkThatIsSlowerOnItsLike() {
        List<Comparison> night = NightVerdicts.of(
                List.of(
                        pair("a", "B1", true, 0, 0, 1_050_000),
                        pair("a", "B2", true, 0, 0, 1_050_000),
                        pair("a", "B3", true, 0, 0, 1_120_000)),
                POLICY);
        assertEquals(List.of(Verdict.WORSE, Verdict.WORSE, Verdict.FAULT), verdicts(night, "cycles"));
        // The network is slower on most of them.
        night = NightVerdicts.of(
                List.of(
                        pair("a", "B1", true, 0, 0, 1_050_000),
                        pair("a", "B2", true, 0, 0, 1_050_000),
                        pair("a", "B3", true, 0, 0, 1_000_000)),
                POLICY);
        assertEquals(List.of(Verdict.WORSE, Verdict.WORSE, Verdict.EQUAL), verdicts(night, "cycles"));
        // By so little that it is the same on both, on either side of what is tolerated.
        night = NightVerdicts.of(
                List.of(pair("a", "B1", true, 0, 0, 1_031_000), pair("a", "B2", true, 0, 0, 1_029_000)), POLICY);
        assertEquals(List.of(Verdict.WORSE, Verdict.EQUAL), verdicts(night, "cycles"));
        Pair other = pair("a", "B2", true, 0, 0, 1_000_000);
        RunIdentity run = other.candidate().result().run();
        other = new Pair(
                other.baseline(),
                new JudgedRun(
                        other.candidate()
                                .result()
                                .withRun(new RunIdentity(
                                        run.runId(), run.time(), run.bench(), "other", "B2", run.timing())),
                        other.candidate().images()));
        night = NightVerdicts.of(List.of(pair("a", "B1", true, 0, 0, 1_050_000), other), POLICY);
        assertEquals(List.of(Verdict.WORSE, Verdict.EQUAL), verdicts(night, "cycles"));
    }

    @Test
    void shouldNotBlameABoardForHalfOfItsNetworks() {
        List<Comparison> night = NightVerdicts.of(
                List.of(
                        pair("a", "B1", false, 0, 0, 1_050_000),
                        pair("b", "B1", false, 0, 0, 1_050_000),
                        pair("c", "B1", false, 0, 0, 1_000_000),
                        pair("d", "B1", false, 0, 0, 1_000_000)),
                POLICY);
        assertEquals(List.of(Verdict.WORSE, Verdict.WORSE, Verdict.EQUAL, Verdict.EQUAL), verdicts(night, "cycles"));
    }

    @Test
    void shouldBlameABoardThatIsFasterToo() {
        List<Comparison> night = NightVerdicts.of(
                List.of(pair("a", "B1", false, 0, 0, 950_000), pair("b", "B1", false, 0, 0, 950_000)), POLICY);
        assertEquals(List.of(Verdict.FAULT, Verdict.FAULT), verdicts(night, "cycles"));
    }

    private static ImageOutcome outcome(int index, int prediction) {
        return new ImageOutcome(
                String.format("%064x", index), OptionalInt.of(1), OptionalInt.of(prediction), Optional.of(false), true);
    }

    /** A wrong answer that became another wrong answer tells of a fault as well as one that was right. */
    @Test
    void shouldSeeOtherAnswersThatAreWrongBoth() {
        List<ImageOutcome> one =
                IntStream.range(0, 1000).mapToObj(index -> outcome(index, 2)).toList();
        List<ImageOutcome> other = IntStream.range(0, 1000)
                .mapToObj(index -> outcome(index, index == 7 ? 3 : 2))
                .toList();
        JudgedRun baseline = runs.run(one, Map.of("network_sha256", "2f".repeat(32)));
        List<Comparison> night = NightVerdicts.of(
                List.of(
                        new Pair(baseline, runs.run(one, Map.of("board_serial", "B1"))),
                        new Pair(baseline, runs.run(other, Map.of("board_serial", "B2")))),
                POLICY);
        assertEquals(Conclusion.FAULT, night.get(1).conclusion());
    }
}
