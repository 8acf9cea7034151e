// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.hilda.agent.cli.BoardOptions;
import dev.hilda.agent.cli.ProgressLines;
import dev.hilda.agent.cli.TextTable;
import dev.hilda.host.bench.AcceptedKernels;
import dev.hilda.host.bench.KernelBench;
import dev.hilda.host.bench.KernelBits;
import dev.hilda.host.bench.KernelLayer;
import dev.hilda.host.bench.KernelTiming;
import dev.hilda.host.firmware.NetworkCompiler;
import dev.hilda.profile.BoardProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda bench kernels}: instructions, cycles and missed lines of each kernel on known layers. */
@Command(
        name = "kernels",
        description = {
            "Times single layers on a board: A to G of MobileNetV1 0.75, or your own, at several bit widths.",
            "Ends with exit code 12 when a kernel takes over 2 %% more instructions than accepted, or computes anything"
                    + " else than the reference interpreter."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda bench kernels --on virtual-nucleo-h743zi --layer E --bits 8/8/8 --bits 8/4/8",
            "  hilda bench kernels --on virtual-nucleo-h743zi --layer conv3s2:96x96x3-8 --json"
        })
final class BenchKernelsCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());
    private static final int WORSE = 12;

    private final NetworkCompiler compiler;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BoardOptions board;

    @Option(
            names = "--layer",
            paramLabel = "LAYER",
            description = "A to G, or your own: " + KernelLayer.FORM + "; repeatable; default: A to G.")
    private List<String> layers = new ArrayList<>();

    @Option(
            names = "--bits",
            paramLabel = "A/W/O",
            description = "Bits of activations, weights and output, as 8/4/8; repeatable; default: 8/8/8, 8/4/8, 4/4/4,"
                    + " 8/2/8, 4/2/4, 2/2/2.")
    private List<String> bits = new ArrayList<>();

    @Option(names = "--channel-zero-points", description = "Also with weights of a random zero point in each channel.")
    private boolean channelZeroPoints;

    @Option(
            names = "--accepted",
            paramLabel = "FILE",
            defaultValue = "host-tools/src/bench/kernels-accepted.json",
            description = "Instructions that kernels may take; default: ${DEFAULT-VALUE}.")
    private Path accepted;

    @Option(names = "--accept", description = "Write what they take now into that file.")
    private boolean accept;

    @Option(names = "--json", description = "Print an array of objects as the last line.")
    private boolean json;

    BenchKernelsCommand(NetworkCompiler compiler) {
        this.compiler = compiler;
    }

    @Override
    public Integer call() throws InterruptedException {
        board.check();
        List<KernelLayer> chosenLayers =
                chosen("--layer", layers, KernelLayer.KNOWN, KernelLayer::parse, KernelLayer.FORM);
        List<KernelBits> chosenBits =
                chosen("--bits", bits, KernelBits.KNOWN, KernelBits::parse, "8, 4 or 2 for each, as 8/4/8");
        AcceptedKernels limits = limits();
        List<KernelTiming> timings = time(bench(), chosenLayers, chosenBits);
        spec.commandLine().getOut().println(json ? json(timings) : table(timings));
        if (accept) {
            accept(limits, timings);
        }
        List<String> worse = accept ? List.of() : limits.worse(timings);
        worse.forEach(text -> spec.commandLine().getErr().println("hilda: " + text));
        boolean exact = timings.stream().allMatch(KernelTiming::exact);
        return exact && worse.isEmpty() ? 0 : WORSE;
    }

    private AcceptedKernels limits() {
        try {
            return AcceptedKernels.read(accepted);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private void accept(AcceptedKernels limits, List<KernelTiming> timings) {
        try {
            limits.accept(timings, accepted);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private ParameterException refused(IOException cause) {
        String what = String.valueOf(cause.getMessage()).lines().findFirst().orElse("nothing");
        return new ParameterException(
                spec.commandLine(),
                "--accepted: expected a JSON file of instructions by kernel, in a folder you may write to, got "
                        + accepted + ": " + what);
    }

    private <T> List<T> chosen(
            String option, List<String> texts, List<T> all, Function<String, Optional<T>> parse, String form) {
        return texts.isEmpty()
                ? all
                : texts.stream()
                        .map(text -> parse.apply(text)
                                .orElseThrow(() -> new ParameterException(
                                        spec.commandLine(), option + ": expected " + form + ", got " + text)))
                        .toList();
    }

    private KernelBench bench() throws InterruptedException {
        BoardProfile profile = board.profile();
        return new KernelBench(compiler, profile, BenchBoard.attached(board, profile, compiler));
    }

    private List<KernelTiming> time(KernelBench bench, List<KernelLayer> chosenLayers, List<KernelBits> chosenBits)
            throws InterruptedException {
        ProgressLines progress = ProgressLines.to(spec.commandLine().getErr());
        List<Boolean> zeroPoints = channelZeroPoints ? List.of(false, true) : List.of(false);
        int total = chosenLayers.size() * chosenBits.size() * zeroPoints.size();
        List<KernelTiming> timings = new ArrayList<>();
        for (KernelLayer layer : chosenLayers) {
            for (KernelBits widths : chosenBits) {
                for (boolean perChannel : zeroPoints) {
                    timings.add(bench.time(layer, widths, perChannel));
                    progress.advance("kernels", timings.size(), total);
                }
            }
        }
        return timings;
    }

    private static String json(List<KernelTiming> timings) {
        try {
            return JSON.writeValueAsString(timings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String table(List<KernelTiming> timings) {
        boolean bothZeroPoints =
                timings.stream().map(KernelTiming::zeroPoints).distinct().count() > 1;
        TextTable table = new TextTable(
                "LAYER",
                bothZeroPoints ? "BITS, ZERO" : "BITS",
                "INSTRUCTIONS",
                "HITS ONLY",
                "CYCLES",
                "LINES",
                "INSTR/MAC",
                "MAC/CYCLE",
                "CODE",
                "EXACT",
                "TO BEST PEER");
        for (KernelTiming timing : timings) {
            String bits = timing.activationBits() + "/" + timing.weightBits() + "/" + timing.outputBits();
            table.add(
                    timing.layer(),
                    bothZeroPoints ? bits + " " + timing.zeroPoints() : bits,
                    number(timing.instructions()),
                    number(timing.cyclesBeforeMisses()),
                    TextTable.number(timing.cycles()),
                    number(timing.lineMisses()),
                    timing.instructions().isEmpty()
                            ? "-"
                            : ratio((double) timing.instructions().getAsLong() / timing.macs()),
                    ratio(timing.macsPerCycle()),
                    TextTable.number(timing.codeBytes()),
                    timing.exact() ? "yes" : "NO",
                    timing.peer()
                            .map(peer -> String.format(
                                    Locale.ROOT,
                                    "%.2f of %s",
                                    timing.peerRatio().orElse(0),
                                    peer))
                            .orElse("-"));
        }
        return table.toString().stripTrailing();
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? TextTable.number(value.getAsLong()) : "-";
    }
}
