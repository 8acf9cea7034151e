// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.AccuracyResult;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.LatencyResult;
import dev.hilda.agent.result.NetworkOrigin;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.result.Workload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Six boards of two kinds, and what runs on them come to. Images are of two sorts: 10 to 20 % of a model's are answered by
 * chance, anew by each training, which makes 5 to 10 % discordant between any two; the others always alike. A link shifts a
 * network's cycles by 1 % either way, so that links differ by steps of 2 %; each run has a jitter of σ 0.1 %.
 */
final class SimulatedBench {
    static final int IMAGES = 1000;
    static final int KINDS = 2;
    static final List<String> BOARDS = List.of("A1", "A2", "A3", "B1", "B2", "B3");

    private static final double WRONG = 0.13;
    private static final double LINK = 0.01;
    private static final double JITTER = 0.001;
    private static final int EDITED_IMAGES = 20;

    private final RunResult template;
    private final SplittableRandom random;
    private int bundles;
    private int runs;

    SimulatedBench(RunResult template, SplittableRandom random) {
        this.template = template;
        this.random = random;
    }

    /** A model that is trained again and again, and its data set. */
    final class Model {
        private final String name;
        private final double byChance = 0.1 + 0.1 * random.nextDouble();
        private final double cycles = 1e6 * (1 + 4 * random.nextDouble());

        /** By image: the outcome where it is right, and where it is wrong. */
        private final List<ImageOutcome[]> outcomes = new ArrayList<>();

        private int edition;

        Model(String name) {
            this.name = name;
            IntStream.range(0, IMAGES).forEach(image -> outcomes.add(outcomes(image)));
        }

        private ImageOutcome[] outcomes(int image) {
            String sha256 = hash(name + " " + image + " " + edition);
            return new ImageOutcome[] {outcome(sha256, true), outcome(sha256, false)};
        }

        double discordant() {
            return byChance / 2;
        }

        /** Other pixels, the same labels: another data set. */
        void edit() {
            edition++;
            for (int count = 0; count < EDITED_IMAGES; count++) {
                int image = random.nextInt(IMAGES);
                outcomes.set(image, outcomes(image));
            }
        }

        String dataSha256() {
            return hash(name + " data " + edition);
        }

        /** At the same accuracy in the long run. */
        Network retrained() {
            boolean[] right = new boolean[IMAGES];
            double alwaysWrong = WRONG - byChance / 2;
            for (int image = 0; image < IMAGES; image++) {
                double place = (double) image / IMAGES;
                right[image] = place < byChance ? random.nextBoolean() : place >= byChance + alwaysWrong;
            }
            return new Network(this, right, 0);
        }
    }

    /** What one training made. */
    final class Network {
        final Model model;
        final String bundleSha256;
        private final boolean[] right;
        private final double[] link = new double[KINDS];
        private final double slower;

        Network(Model model, boolean[] right, double slower) {
            this.model = model;
            this.right = right.clone();
            this.slower = slower;
            this.bundleSha256 = hash("bundle " + bundles++);
            for (int kind = 0; kind < KINDS; kind++) {
                link[kind] = random.nextBoolean() ? LINK : -LINK;
            }
        }

        /** One that answers as this one, but for a drop in the long run at the model's discordance, and is slower. */
        Network worsened(double drop, double percent) {
            double discordant = Math.max(model.discordant(), drop);
            int lost = 0;
            int won = 0;
            for (int image = 0; image < IMAGES; image++) {
                double drawn = random.nextDouble();
                lost += drawn < (discordant + drop) / 2 ? 1 : 0;
                won += drawn >= (discordant + drop) / 2 && drawn < discordant ? 1 : 0;
            }
            boolean[] changed = right.clone();
            for (int image : random.ints(0, IMAGES).distinct().limit(IMAGES).toArray()) {
                if (right[image] ? lost > 0 : won > 0) {
                    changed[image] = !right[image];
                    lost -= right[image] ? 1 : 0;
                    won -= right[image] ? 0 : 1;
                }
            }
            return new Network(model, changed, percent / 100);
        }

        List<ImageOutcome> answers() {
            return IntStream.range(0, IMAGES)
                    .mapToObj(image -> model.outcomes.get(image)[right[image] ? 0 : 1])
                    .toList();
        }

        private double cycles(int kind) {
            return model.cycles * (1 + kind) * (1 + link[kind]) * (1 + slower);
        }
    }

    /**
     * What is wrong with a board for a night.
     *
     * @param answered images until it was lost; all where it was not
     * @param spoilt images that it answers otherwise than the reference interpreter
     * @param slower share
     */
    record Ailment(boolean hasHsi, int answered, int spoilt, double slower) {
        static final Ailment NONE = new Ailment(false, IMAGES, 0, 0);
    }

    static int kind(int board) {
        return board * KINDS / BOARDS.size();
    }

    /** @param answers of the network, shared by its runs */
    JudgedRun run(Network network, List<ImageOutcome> answers, int board, Ailment ailment) {
        List<ImageOutcome> images = new ArrayList<>(answers.subList(0, ailment.answered()));
        for (int image = 0; image < Math.min(images.size(), ailment.spoilt()); image++) {
            images.set(
                    image,
                    new ImageOutcome(
                            images.get(image).sha256(),
                            OptionalInt.of(1),
                            OptionalInt.of(3),
                            Optional.of(false),
                            false));
        }
        double cycles = network.cycles(kind(board)) * (1 + ailment.slower()) * (1 + JITTER * random.nextGaussian());
        return new JudgedRun(result(network, images, board, ailment, Math.round(cycles)), images);
    }

    private RunResult result(Network network, List<ImageOutcome> images, int board, Ailment ailment, long cycles) {
        RunIdentity run = template.run();
        Outcome outcome = template.outcome();
        boolean complete = images.size() == IMAGES;
        boolean passed = complete && ailment.spoilt() == 0;
        Workload workload = template.workload();
        return new RunResult(
                new RunIdentity(
                        String.format(Locale.ROOT, "%08x-0000-4000-8000-000000000000", runs++),
                        run.time(),
                        run.bench(),
                        "kind-" + kind(board),
                        BOARDS.get(board),
                        run.timing()),
                new Outcome(
                        passed,
                        complete,
                        complete ? Optional.empty() : Optional.of("link"),
                        complete ? Optional.empty() : Optional.of("the board was lost"),
                        outcome.runHostMs()),
                new Workload(
                        network.model.name,
                        workload.modelHash(),
                        network.model.name,
                        workload.classNames(),
                        workload.inputSeed(),
                        workload.inputArrays(),
                        workload.inputClippedShare()),
                template.demands(),
                origin(network),
                setup(ailment),
                template.fusion(),
                template.flash(),
                template.board(),
                template.accuracy().map(found -> accuracy(found, images)),
                template.picture(),
                template.reference(),
                template.latency().map(found -> latency(found, cycles)),
                template.layers(),
                template.estimate(),
                template.wire(),
                template.memory(),
                template.counters(),
                template.resumes(),
                template.clock());
    }

    private NetworkOrigin origin(Network network) {
        NetworkOrigin origin = template.origin();
        return new NetworkOrigin(
                origin.modelFile(),
                origin.modelSha256(),
                network.bundleSha256,
                hash("network " + network.bundleSha256),
                origin.firmwareSha256(),
                network.model.dataSha256(),
                origin.quantizeArguments(),
                origin.compiler(),
                origin.compilerFlags());
    }

    private BenchSetup setup(Ailment ailment) {
        BenchSetup setup = template.setup();
        return new BenchSetup(
                setup.host(),
                setup.hildaVersion(),
                setup.hildaCommit(),
                setup.openocdVersion(),
                setup.probe(),
                setup.probeFirmware(),
                setup.chipId(),
                setup.chipRevision(),
                ailment.hasHsi() ? "hsi" : setup.clockSource(),
                setup.lineBaud());
    }

    private static AccuracyResult accuracy(AccuracyResult found, List<ImageOutcome> images) {
        long right =
                images.stream().filter(image -> image.correct().orElse(false)).count();
        return new AccuracyResult(
                found.metric(),
                images.size(),
                images.stream().filter(ImageOutcome::matched).count(),
                OptionalDouble.of((double) right / Math.max(1, images.size())),
                found.accuracyTop5(),
                OptionalLong.of(right),
                found.top5Images(),
                found.agreement(),
                found.agreementImages(),
                found.classes(),
                found.confusion(),
                found.auc(),
                found.mse());
    }

    private static LatencyResult latency(LatencyResult found, long cycles) {
        return new LatencyResult(
                found.latencyUsMin(),
                cycles,
                found.latencyUsP50(),
                cycles,
                found.latencyUsP95(),
                cycles,
                found.latencyUsP99(),
                cycles,
                found.latencyUsMax(),
                cycles,
                cycles);
    }

    private static ImageOutcome outcome(String sha256, boolean right) {
        return new ImageOutcome(sha256, OptionalInt.of(1), OptionalInt.of(right ? 1 : 2), Optional.of(right), true);
    }

    private static String hash(String text) {
        return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
    }
}
