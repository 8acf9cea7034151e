// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.Morning.Attention;
import dev.hilda.agent.report.Morning.BoardCondition;
import dev.hilda.agent.report.Morning.Cell;
import dev.hilda.agent.report.Morning.Counts;
import dev.hilda.agent.report.Morning.Outcome;
import dev.hilda.agent.report.Morning.Point;
import dev.hilda.agent.report.Morning.Provenance;
import dev.hilda.agent.report.Morning.Regression;
import dev.hilda.agent.report.Morning.Trend;
import dev.hilda.agent.verdict.Change;
import dev.hilda.agent.verdict.Figures;
import dev.hilda.agent.verdict.MetricVerdict;
import dev.hilda.agent.verdict.PairedFigures;
import dev.hilda.agent.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Judged nights that are drawn: as many networks, boards and states as are asked for, with texts from anywhere. */
public final class Mornings {
    public static final Instant TIME = Instant.parse("2026-11-30T05:30:00Z");
    public static final String RUN = "91be04f2-4474-4abc-a29c-73043f32510c";

    private final Random random;

    /** What the words of a text become. */
    private final Function<String, String> words;

    private final Map<CellState, Integer> counted = new EnumMap<>(CellState.class);

    public Mornings(long seed) {
        this(seed, text -> text);
    }

    public Mornings(long seed, Function<String, String> words) {
        this.random = new Random(seed);
        this.words = words;
    }

    /** A night of networks by boards, in which all states occur. */
    public Morning mixed(int models, int boards) {
        return night(models, boards, List.of(CellState.values()));
    }

    /** A night whose items come to some states only. */
    public Morning night(int models, int boards, List<CellState> states) {
        List<Cell> grid = new ArrayList<>();
        for (int model = 0; model < models; model++) {
            for (int board = 0; board < boards; board++) {
                grid.add(cell(model, board, states.get(random.nextInt(states.size()))));
            }
        }
        List<Regression> regressions = grid.stream()
                .filter(cell -> cell.state() == CellState.WORSE)
                .map(this::regression)
                .toList();
        return new Morning(
                Morning.SCHEMA,
                "vm",
                "nightly",
                "0a0a0a0a-4474-4abc-a29c-73043f32510c",
                TIME.minus(Duration.ofHours(5)),
                TIME,
                grid.size() == count(CellState.MISSING)
                        ? Optional.empty()
                        : Optional.of(TIME.minus(Duration.ofMinutes(random.nextInt(2000)))),
                counts(grid.size()),
                outcome(),
                attention(grid),
                regressions,
                changes(models),
                grid,
                IntStream.range(0, boards).mapToObj(this::board).toList(),
                IntStream.range(0, models).mapToObj(this::trend).toList());
    }

    private int count(CellState state) {
        return counted.getOrDefault(state, 0);
    }

    private Counts counts(int planned) {
        int missing = count(CellState.MISSING);
        return new Counts(
                planned,
                planned - missing,
                count(CellState.WORSE),
                count(CellState.OPEN),
                count(CellState.FAULT),
                missing,
                count(CellState.UNSHOWN),
                0);
    }

    private Outcome outcome() {
        if (count(CellState.WORSE) > 0) {
            return Outcome.REGRESSED;
        }
        if (count(CellState.FAULT) + count(CellState.MISSING) > 0) {
            return Outcome.INCOMPLETE;
        }
        return count(CellState.OPEN) > 0 ? Outcome.OPEN : Outcome.CLEAN;
    }

    private String model(int model) {
        return words.apply(List.of("ic01", "kws", "vww96", "ad01", "person", "mobilenet_v1_0.25_128")
                        .get(model % 6)
                + (model < 6 ? "" : "-" + model / 6));
    }

    private String dataSet(int model) {
        return words.apply(
                List.of("cifar10-test", "speech-commands", "coco-person", "toycar", "visual-wake", "imagenet-v2")
                        .get(model % 6));
    }

    private static String serial(int board) {
        return "0031003F343351083332" + String.format("%04d", board);
    }

    private Cell cell(int model, int board, CellState state) {
        counted.merge(state, 1, Integer::sum);
        boolean ran = state != CellState.MISSING;
        boolean isJudged = ran && state != CellState.FAULT;
        return new Cell(
                model(model),
                dataSet(model),
                ran || board > 0 ? Optional.of(words.apply(serial(board))) : Optional.empty(),
                state,
                reason(state),
                ran ? Optional.of(board % 2 == 0 ? "estimated" : "measured") : Optional.empty(),
                ran ? Optional.of(RUN) : Optional.empty(),
                ran && state != CellState.NO_BASELINE ? Optional.of(RUN) : Optional.empty(),
                isJudged ? OptionalDouble.of(0.85 + random.nextInt(100) / 1000.0) : OptionalDouble.empty(),
                isJudged ? OptionalLong.of(900_000 + random.nextInt(200_000)) : OptionalLong.empty(),
                ran ? 1 + random.nextInt(2) : 0,
                verdicts(state));
    }

    private String reason(CellState state) {
        return switch (state) {
            case MISSING -> words.apply("no board of the pool was free before 05:00");
            case FAULT -> words.apply("4 of 1,000 images have other outputs than the reference interpreter's");
            case OPEN -> words.apply("changed by compiler: decide");
            case NOT_COMPARABLE -> words.apply("another data set, preprocessing or metric: data_sha256");
            case NO_BASELINE -> words.apply("promote one: hilda baseline promote 91be04f2");
            default -> "";
        };
    }

    private List<MetricVerdict> verdicts(CellState state) {
        return switch (state) {
            case WORSE -> List.of(worse());
            case UNSHOWN ->
                List.of(new MetricVerdict(
                        "accuracy",
                        Verdict.UNSHOWN,
                        words.apply("a drop of 0.80 points is below what this set can show (needs about 8,700 images)"),
                        Optional.of(new Figures(0.87, 0.862, -0.008)),
                        Optional.empty()));
            case EQUAL, BETTER ->
                List.of(new MetricVerdict(
                        "cycles",
                        Verdict.EQUAL,
                        words.apply("within 3 %"),
                        Optional.of(new Figures(1_000_000, 1_001_000, 1000)),
                        Optional.empty()));
            default -> List.of();
        };
    }

    private MetricVerdict worse() {
        return random.nextBoolean()
                ? new MetricVerdict(
                        "accuracy",
                        Verdict.WORSE,
                        words.apply("more images are lost than by chance"),
                        Optional.of(new Figures(0.87, 0.85, -0.02)),
                        Optional.of(new PairedFigures(
                                1000,
                                0,
                                0,
                                30,
                                10,
                                -20,
                                40,
                                -2,
                                -3.36,
                                -0.8,
                                0.0022,
                                OptionalDouble.of(2.4),
                                OptionalLong.of(1700))))
                : new MetricVerdict(
                        "cycles",
                        Verdict.WORSE,
                        words.apply("more than 3 % more"),
                        Optional.of(new Figures(1_000_000, 1_050_000, 50_000)),
                        Optional.empty());
    }

    private Regression regression(Cell cell) {
        return new Regression(
                cell.model(),
                cell.dataSet(),
                cell.boardSerial().orElseThrow(),
                RUN,
                cell.verdicts().get(0),
                TIME.minus(Duration.ofDays(random.nextInt(5))),
                List.of(new Change("network_sha256", "5a".repeat(32), "0f".repeat(32))),
                List.of(Optional.<Boolean>empty(), Optional.of(true), Optional.of(false))
                        .get(random.nextInt(3)));
    }

    private List<Attention> attention(List<Cell> grid) {
        return grid.stream()
                .filter(cell -> cell.state() == CellState.FAULT || cell.state() == CellState.OPEN)
                .map(cell -> new Attention(
                        cell.model() + ": " + cell.reason(),
                        TIME.minus(Duration.ofHours(random.nextInt(90))),
                        words.apply("hilda report 91be04f2")))
                .toList();
    }

    private List<Provenance> changes(int models) {
        List<Provenance> changes = new ArrayList<>();
        for (int model = 0; model < models; model++) {
            changes.add(new Provenance(
                    model(model),
                    dataSet(model),
                    new Change(
                            "compiler",
                            words.apply("arm-none-eabi-gcc 14.2.1"),
                            words.apply("arm-none-eabi-gcc 15.1"))));
        }
        if (models > 0) {
            changes.add(new Provenance(
                    model(0), dataSet(0), new Change("network_sha256", "5a".repeat(32), "0f".repeat(32))));
        }
        return changes;
    }

    private BoardCondition board(int board) {
        boolean isLost = board == 3;
        return new BoardCondition(
                words.apply(serial(board)),
                board % 2 == 0 ? "virtual-nucleo-h743zi" : "nucleo-h743zi",
                isLost ? "lost" : "idle",
                board == 1 ? Optional.of(words.apply("ada")) : Optional.empty(),
                isLost ? Optional.empty() : Optional.of(TIME.minus(Duration.ofHours(board * 20L))),
                board * 7L,
                board == 0 ? OptionalDouble.empty() : OptionalDouble.of(2.5),
                OptionalDouble.of(0.3 * board),
                Optional.of(TIME.plus(Duration.ofDays(400 - board))),
                board % 2 == 0 ? OptionalDouble.empty() : OptionalDouble.of(-3.25 * board));
    }

    private Trend trend(int model) {
        List<Point> points = new ArrayList<>();
        for (int night = 29; night >= 0; night--) {
            boolean ran = random.nextInt(12) > 0;
            boolean isWorse = model == 0 && night < 3;
            double accuracy = (isWorse ? 0.85 : 0.87) + random.nextGaussian() / 500;
            points.add(new Point(
                    TIME.minus(Duration.ofDays(night)),
                    ran ? OptionalDouble.of(accuracy) : OptionalDouble.empty(),
                    ran ? OptionalLong.of(1_000_000 + Math.round(4000 * random.nextGaussian())) : OptionalLong.empty(),
                    !ran ? CellState.MISSING : isWorse ? CellState.WORSE : CellState.EQUAL));
        }
        return new Trend(
                model(model),
                dataSet(model),
                OptionalDouble.of(0.87),
                1,
                model == 1 ? OptionalLong.empty() : OptionalLong.of(1_000_000),
                3,
                points);
    }
}
