// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.agent.board.Progress;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.measure.Ranking;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.kernel.KernelCycles;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.lower.LoweringException;
import dev.hilda.host.memory.NetworkPlan;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizationException;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.BudgetException;
import dev.hilda.host.quantize.bits.GraphCycles;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.retrain.Retraining;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Computes the rows that no earlier sweep of the same inputs has finished, one after the other. */
public final class Sweep {
    /** Of the rows' meaning: a change of what is measured makes earlier rows strangers. */
    private static final String FORMAT = "sweep/3";

    private final SweepRequest request;
    private final RowStore store;
    private final Progress progress;
    private final Consumer<String> announce;
    private final String inputs;

    /** Answers at 8 bits throughout. */
    private final Map<QuantizationVariant, NetworkAnswers> selves = new EnumMap<>(QuantizationVariant.class);

    /**
     * @param folder of the finished rows
     * @param progress hears how far a row has come
     * @param announce hears a line for each row
     */
    public Sweep(SweepRequest request, Path folder, Progress progress, Consumer<String> announce) {
        this.request = request;
        this.store = new RowStore(folder.resolve("rows"));
        this.progress = progress;
        this.announce = announce;
        this.inputs = String.join(
                "\n",
                FORMAT,
                request.version(),
                request.model(),
                request.data().sha256(),
                request.calibration().sha256(),
                request.ranges().name());
    }

    /**
     * All rows, that of the float network first.
     *
     * @throws InterruptedException when the thread is interrupted; finished rows are kept
     */
    public SweepTable run() throws InterruptedException {
        List<SweepPoint> points =
                SweepPoint.of(request.logits(), request.variants(), request.goals(), request.treatments());
        List<SweepRow> rows = new ArrayList<>();
        Pace pace = new Pace(points.size() + 1);
        rows.add(row(SweepRow.FLOAT, pace, this::floatRow));
        for (SweepPoint point : points) {
            String what = point.variantLabel() + " " + point.goal().label() + " "
                    + point.treatment().label();
            rows.add(row(what, pace, () -> row(point)));
        }
        return new SweepTable(
                request.data().name(),
                request.calibration().name(),
                SweepPoint.hasNormalization(request.logits()),
                rows);
    }

    private SweepRow row(String what, Pace pace, Supplier<SweepRow> made) throws InterruptedException {
        String key = Sha256.hex((inputs + "\n" + what).getBytes(StandardCharsets.UTF_8));
        Optional<SweepRow> found = store.find(key);
        long started = System.nanoTime();
        SweepRow row = found.isPresent() ? found.get() : interruptible(made);
        if (found.isEmpty()) {
            store.keep(key, row);
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - started);
        announce.accept(pace.line(what, row, found.isPresent(), taken));
        return row;
    }

    /** An interruption also closes the file that is being read, which then looks damaged. */
    private static SweepRow interruptible(Supplier<SweepRow> made) throws InterruptedException {
        try {
            return made.get();
        } catch (RuntimeException ended) {
            if (ended instanceof CancellationException || Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException(ended.getMessage());
                interrupted.initCause(ended);
                throw interrupted;
            }
            throw ended;
        }
    }

    private SweepRow floatRow() {
        Graph graph = request.logits();
        FloatExecutor executor = new FloatExecutor(graph);
        StringBuilder right = new StringBuilder();
        int images = request.data().size();
        for (int index = 0; index < images; index++) {
            advance("images", index, images);
            Sample sample = request.data().sample(index);
            Batch image = new Batch(graph.inputShape(), 1, sample.reals());
            int answer = Ranking.first(
                    executor.run(image, (value, activations) -> {}).values());
            right.append(answer == sample.label().orElse(-1) ? '1' : '0');
        }
        advance("images", images, images);
        return new SweepRow(
                SweepRow.FLOAT,
                SweepRow.FLOAT,
                "-",
                right.toString(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private SweepRow row(SweepPoint point) {
        try {
            BitAssignment bits = bits(point);
            IntegerNetwork network = network(point, bits);
            NetworkAnswers answers = NetworkAnswers.of(network, request.data(), this::advance);
            SweepRow.Footprint footprint = new SweepRow.Footprint(
                    bits.roBytes(),
                    bits.rwPeakBytes(),
                    NetworkPlan.unfused(network).arena().arenaBytes(),
                    new GraphCycles(request.logits(), KernelCycles.read()).of(bits));
            return new SweepRow(
                    point.variantLabel(),
                    point.goal().label(),
                    point.treatment().label(),
                    answers.right(),
                    Optional.of(footprint),
                    Optional.empty(),
                    budgeted(point, bits, answers));
        } catch (BudgetException | QuantizationException | LoweringException | GraphException e) {
            return new SweepRow(
                    point.variantLabel(),
                    point.goal().label(),
                    point.treatment().label(),
                    "",
                    Optional.empty(),
                    Optional.of(String.valueOf(e.getMessage())),
                    Optional.empty());
        }
    }

    private QuantizeOptions options(SweepPoint point) {
        return QuantizeOptions.DEFAULT.withVariant(point.variant()).withCalibration(request.ranges());
    }

    private BitAssignment bits(SweepPoint point) {
        CalibrationData images = CalibrationData.of(request.calibration());
        return point.goal().assign(request.logits(), images, options(point), this::advance);
    }

    private IntegerNetwork network(SweepPoint point, BitAssignment bits) {
        CalibrationData images = CalibrationData.of(request.calibration());
        QuantizedGraph calibrated = Quantizer.quantize(request.logits(), images, bits, options(point), this::advance)
                .graph();
        return Lowering.lower(point.treatment()
                .retraining()
                .map(given -> new Retraining(calibrated, images, given)
                        .run(epoch -> {}, this::advance)
                        .graph())
                .orElse(calibrated));
    }

    private Optional<SweepRow.Budgeted> budgeted(SweepPoint point, BitAssignment bits, NetworkAnswers answers) {
        if (!(point.goal() instanceof BudgetGoal goal)) {
            return Optional.empty();
        }
        NetworkAnswers self = selves.computeIfAbsent(point.variant(), variant -> {
            SweepPoint eight = new SweepPoint(point.variants(), SweepBits.W8A8, Treatment.POST_TRAINING);
            return NetworkAnswers.of(network(eight, bits(eight)), request.data(), this::advance);
        });
        return Optional.of(new SweepRow.Budgeted(
                goal.budgetLabel(),
                goal.search().label(),
                digits(bits.weightBits(), ""),
                digits(bits.activationBits(), " "),
                self.divergences(answers)));
    }

    private static String digits(Map<String, Integer> bits, String between) {
        return bits.values().stream().map(String::valueOf).collect(Collectors.joining(between));
    }

    private void advance(String step, long done, long total) {
        if (Thread.interrupted()) {
            throw new CancellationException("interrupted in " + step);
        }
        progress.advance(step, done, total);
    }

    /** What is left, judged by the rows that were computed. */
    private static final class Pace {
        private static final double SECONDS_PER_MINUTE = 60;
        private static final double MINUTES_FROM = 180;

        private final int rows;
        private int done;
        private int computed;
        private double seconds;

        Pace(int rows) {
            this.rows = rows;
        }

        String line(String what, SweepRow row, boolean isKept, Duration taken) {
            done++;
            if (!isKept) {
                computed++;
                seconds += taken.toMillis() / 1e3;
            }
            String found = row.refusal()
                    .map(reason -> "refused: " + reason)
                    .orElseGet(() -> row.rightImages() + " of " + row.images());
            String time = isKept ? "kept from before" : String.format(Locale.ROOT, "%.1f s", taken.toMillis() / 1e3);
            return "row %d of %d: %s: %s, %s%s".formatted(done, rows, what, found, time, left());
        }

        private String left() {
            if (computed == 0 || done == rows) {
                return "";
            }
            double left = seconds / computed * (rows - done);
            return left < MINUTES_FROM
                    ? String.format(Locale.ROOT, ", about %.0f s left", left)
                    : String.format(Locale.ROOT, ", about %.0f min left", Math.ceil(left / SECONDS_PER_MINUTE));
        }
    }
}
