// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.network.Packing;
import dev.hilda.agent.network.WeightedLayer;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.emit.GeneratedSources;
import dev.hilda.host.emit.NetworkEmitter;
import dev.hilda.host.firmware.FirmwareLimits;
import dev.hilda.host.firmware.NetworkCompiler;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.memory.ArenaMemory;
import dev.hilda.host.memory.LayerSequence;
import dev.hilda.host.memory.NetworkPlan;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.BudgetException;
import dev.hilda.host.quantize.bits.MemoryDrivenAssignment;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.profile.BoardProfile;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Times whole networks on a board, on one pseudo-random input. */
public final class NetworkBench {
    private static final long SEED = 1;

    private final NetworkCompiler compiler;
    private final BoardProfile profile;
    private final KernelBoard board;

    public NetworkBench(NetworkCompiler compiler, BoardProfile profile, KernelBoard board) {
        this.compiler = compiler;
        this.profile = profile;
        this.board = board;
    }

    /**
     * A MobileNetV1 of random weights, at the bits that the memory-driven rule gives.
     *
     * @param model one of {@link MobileNetV1#ALL}
     * @return empty where the rule finds no bits for the budgets
     * @throws BenchFailure when it cannot be built, does not fit the board after all or does not answer
     */
    public Optional<NetworkTiming> time(String model, Budget budget) throws InterruptedException {
        Graph graph = MobileNetV1.of(model);
        BitAssignment bits;
        try {
            bits = MemoryDrivenAssignment.assign(graph, budget, QuantizationVariant.PC_ICN, Overrides.NONE);
        } catch (BudgetException infeasible) {
            return Optional.empty();
        }
        IntegerNetwork network = Lowering.lower(RandomWeights.of(graph, bits, SEED));
        String hash = NetworkFile.sha256(network);
        NetworkPlan plan =
                NetworkPlan.of(LayerSequence.of(network), bits.ram().plan().fusion());
        ArenaMemory arena = ArenaMemory.of(
                plan.arena().arenaBytes(),
                bits.ram().scratchBytes(),
                FirmwareLimits.read().dataBytes(profile));
        GeneratedSources sources = NetworkEmitter.emit(network, plan, arena);
        FirmwareImage image =
                compiler.network(profile, model, sources.files(), hash).image();
        return Optional.of(time(
                "mobilenet_v1_" + model,
                network,
                image,
                hash,
                OptionalLong.of(budget.roBytes()),
                OptionalLong.of(budget.rwBytes())));
    }

    /** A bundle's network. */
    public NetworkTiming time(Bundle bundle) throws InterruptedException {
        return time(
                bundle.network().name(),
                bundle.network(),
                bundle.image(),
                bundle.modelHash(),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private NetworkTiming time(
            String name,
            IntegerNetwork network,
            FirmwareImage image,
            String hash,
            OptionalLong flashBudget,
            OptionalLong ramBudget)
            throws InterruptedException {
        byte[] input = input(network);
        KernelBoard.Answer answer = board.run(image, hash, input);
        Optional<CoreCounters> counters = answer.counters()
                .filter(counted -> counted.layers().size() == network.layers().size());
        return new NetworkTiming(
                name,
                bits(network.layers().stream()
                        .map(layer -> network.inputOf(layer).bits())
                        .toList()),
                bits(network.layers().stream()
                        .filter(WeightedLayer.class::isInstance)
                        .map(layer -> ((WeightedLayer) layer).weights().bits())
                        .toList()),
                flashBudget,
                ramBudget,
                sum(counters, CoreCounters.Layer::instructions),
                sum(counters, layer -> layer.cycles() - layer.stallCycles().sum()),
                sum(counters, layer -> layer.dataLines().sum()),
                answer.inference().inferenceCycles(),
                image.sizeBytes(),
                answer.network().arenaPeakBytes(),
                Arrays.equals(answer.inference().outputs(), Oracle.of(network).run(input)));
    }

    private static String bits(Collection<Integer> widths) {
        return new TreeSet<>(widths).stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static OptionalLong sum(Optional<CoreCounters> counters, ToLongFunction<CoreCounters.Layer> figure) {
        return counters.map(counted -> OptionalLong.of(
                        counted.layers().stream().mapToLong(figure).sum()))
                .orElseGet(OptionalLong::empty);
    }

    private static byte[] input(IntegerNetwork network) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] codes = network.inputTensors().stream()
                .flatMapToInt(tensor -> random.ints(tensor.shape().elements(), 0, 1 << tensor.bits()))
                .toArray();
        return Packing.pack(network.inputTensors(), codes);
    }
}
