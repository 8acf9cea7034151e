// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.cli.BoardOptions;
import dev.hilda.agent.cli.ProgressLines;
import dev.hilda.agent.cli.TextTable;
import dev.hilda.host.bench.MobileNetV1;
import dev.hilda.host.bench.NetworkBench;
import dev.hilda.host.bench.NetworkPeers;
import dev.hilda.host.bench.NetworkTiming;
import dev.hilda.host.firmware.NetworkCompiler;
import dev.hilda.host.memory.FusionMode;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.RamModel;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda bench networks}: cycles, flash and RAM of whole networks. */
@Command(
        name = "networks",
        description = {
            "Times networks on a board, on one pseudo-random input: bundles, and the sixteen MobileNetV1 with random weights"
                    + " at the bits that the memory-driven rule gives.",
            "Ends with exit code 12 when one computes anything else than the reference interpreter."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda bench networks --on virtual-nucleo-h743zi --mobilenet 160_0.25 --budget 1024000/256000",
            "  hilda bench networks --on virtual-nucleo-h743zi ic01.hilda kws01.hilda --json"
        })
final class BenchNetworksCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());
    private static final Pattern BUDGET = Pattern.compile("(\\d{1,9})/(\\d{1,9})");
    private static final List<String> BUDGETS = List.of("2048000/512000", "1024000/256000");
    private static final double MEGA = 1e6;
    private static final int DIFFERS = 12;

    private final NetworkCompiler compiler;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BoardOptions board;

    @Parameters(paramLabel = "BUNDLE", description = "Bundles that hilda quantize has written.")
    private List<Path> bundles = new ArrayList<>();

    @Option(
            names = "--mobilenet",
            paramLabel = "RESOLUTION_WIDTH",
            description = "A MobileNetV1, as 224_0.75; repeatable; default without bundles: all sixteen.")
    private List<String> mobileNets = new ArrayList<>();

    @Option(
            names = "--budget",
            paramLabel = "FLASH/RAM",
            description = "Bytes of weights and of activations that decide a MobileNet's bits; repeatable; default:"
                    + " 2048000/512000 and 1024000/256000.")
    private List<String> budgets = new ArrayList<>();

    @Option(
            names = "--ram-model",
            paramLabel = "published|planned",
            defaultValue = "published",
            converter = RamModelConverter.class,
            description = "How activations are counted while they are cut; default: ${DEFAULT-VALUE}.")
    private RamModel ramModel;

    @Option(
            names = "--fuse",
            paramLabel = "auto|off|smallest",
            defaultValue = "off",
            converter = FusionModeConverter.class,
            description = "Which layers take turns, as of hilda quantize; default: ${DEFAULT-VALUE}.")
    private FusionMode fusion;

    @Option(names = "--json", description = "Print an array of objects as the last line.")
    private boolean json;

    BenchNetworksCommand(NetworkCompiler compiler) {
        this.compiler = compiler;
    }

    /** One network to be timed; without a bundle a MobileNet at a budget. */
    private record Work(Optional<Path> bundle, String mobileNet, Optional<Budget> budget) {}

    @Override
    public Integer call() throws InterruptedException {
        board.check();
        List<Work> all = works();
        BoardProfile profile = board.profile();
        NetworkBench bench = new NetworkBench(compiler, profile, BenchBoard.attached(board, profile, compiler));
        ProgressLines progress = ProgressLines.to(spec.commandLine().getErr());
        List<NetworkTiming> timings = new ArrayList<>();
        for (int index = 0; index < all.size(); index++) {
            timed(bench, all.get(index)).ifPresent(timings::add);
            progress.advance("networks", index + 1L, all.size());
        }
        spec.commandLine().getOut().println(json ? json(timings) : table(timings));
        return timings.stream().allMatch(NetworkTiming::exact) ? 0 : DIFFERS;
    }

    private List<Work> works() {
        List<Work> all = new ArrayList<>();
        bundles.forEach(bundle -> all.add(new Work(Optional.of(bundle), "", Optional.empty())));
        List<String> models = mobileNets.isEmpty() && bundles.isEmpty() ? MobileNetV1.ALL : mobileNets;
        for (String model : models) {
            if (!MobileNetV1.ALL.contains(model)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--mobilenet: expected one of " + String.join(", ", MobileNetV1.ALL) + ", got " + model);
            }
            (budgets.isEmpty() ? BUDGETS : budgets)
                    .forEach(text -> all.add(new Work(Optional.empty(), model, Optional.of(budget(text)))));
        }
        return all;
    }

    private Budget budget(String text) {
        Matcher matcher = BUDGET.matcher(text);
        if (!matcher.matches()) {
            throw new ParameterException(
                    spec.commandLine(), "--budget: expected bytes of flash and RAM as 1024000/256000, got " + text);
        }
        return Budget.paper(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))
                .with(ramModel)
                .with(fusion);
    }

    private Optional<NetworkTiming> timed(NetworkBench bench, Work work) throws InterruptedException {
        if (work.bundle().isPresent()) {
            return Optional.of(bench.time(Bundle.read(work.bundle().get())));
        }
        Budget budget = work.budget().orElseThrow();
        Optional<NetworkTiming> timing = bench.time(work.mobileNet(), budget);
        if (timing.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("hilda: " + work.mobileNet() + " at " + budget.roBytes() + "/" + budget.rwBytes()
                            + ": no bits fit");
        }
        return timing;
    }

    private static String json(List<NetworkTiming> timings) {
        try {
            return JSON.writeValueAsString(timings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String table(List<NetworkTiming> timings) {
        TextTable table = new TextTable(
                "NETWORK", "BUDGET", "A BITS", "W BITS", "BEFORE MISSES", "CYCLES", "LINES", "FLASH", "RAM", "EXACT");
        for (NetworkTiming timing : timings) {
            table.add(
                    timing.network(),
                    timing.flashBudgetBytes().isEmpty()
                            ? "-"
                            : timing.flashBudgetBytes().getAsLong() + "/"
                                    + timing.ramBudgetBytes().getAsLong(),
                    timing.activationBits(),
                    timing.weightBits(),
                    number(timing.cyclesBeforeMisses()),
                    TextTable.number(timing.cycles()),
                    number(timing.lineMisses()),
                    TextTable.number(timing.flashBytes()),
                    TextTable.number(timing.ramPeakBytes()),
                    timing.exact() ? "yes" : "NO");
        }
        return table.toString().stripTrailing() + published(timings);
    }

    /** Beside silicon of others an estimate is only below where its upper end is. */
    private static String published(List<NetworkTiming> timings) {
        NetworkPeers peers = NetworkPeers.read();
        boolean estimated = timings.stream().anyMatch(NetworkTiming::isEstimated);
        TextTable table = new TextTable(
                "M CYCLES", "ENGINE", "CHIP", "SILICON", estimated ? "ESTIMATED (RANGE)" : "MEASURED", "", "SOURCE");
        boolean any = false;
        for (NetworkTiming timing : timings) {
            for (NetworkPeers.Peer peer : peers.of(timing.network())) {
                any = true;
                table.add(
                        timing.network(),
                        peer.engine(),
                        peer.chip(),
                        String.format(Locale.ROOT, "%.3f", peer.megacycles()),
                        String.format(
                                Locale.ROOT,
                                "%.3f (%.3f to %.3f)",
                                timing.cycles() / MEGA,
                                timing.leastCycles() / MEGA,
                                timing.mostCycles() / MEGA),
                        timing.mostCycles() / MEGA < peer.megacycles() ? "below" : "",
                        peer.source());
            }
        }
        return any ? "\n\n" + table.toString().stripTrailing() : "";
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? TextTable.number(value.getAsLong()) : "-";
    }
}
