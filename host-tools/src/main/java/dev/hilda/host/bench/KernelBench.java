// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.network.Packing;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.emit.GeneratedSources;
import dev.hilda.host.emit.NetworkEmitter;
import dev.hilda.host.firmware.NetworkCompiler;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.memory.NetworkPlan;
import dev.hilda.profile.BoardProfile;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/** Times kernels one by one: each in firmware of its own, on a pseudo-random input. */
public final class KernelBench {
    private static final int ARENA_BYTES = 512_000;
    private static final int MOST_BANDS = 8;
    private static final long INPUT_SEED = 1;

    private final NetworkCompiler compiler;
    private final BoardProfile profile;
    private final KernelBoard board;
    private final KernelPeers peers = KernelPeers.read();

    public KernelBench(NetworkCompiler compiler, BoardProfile profile, KernelBoard board) {
        this.compiler = compiler;
        this.profile = profile;
        this.board = board;
    }

    /** A layer in as many parts as the board can hold. */
    private record Parted(IntegerNetwork network, NetworkPlan plan, int bands) {}

    /**
     * One kernel.
     *
     * @param zeroPointPerChannel as in {@link KernelNetwork#of}
     * @throws BenchFailure when it cannot be built or does not answer
     */
    public KernelTiming time(KernelLayer layer, KernelBits bits, boolean zeroPointPerChannel)
            throws InterruptedException {
        Parted parted = parted(layer, bits, zeroPointPerChannel);
        IntegerNetwork network = parted.network();
        KernelScheme scheme = KernelScheme.of(network, network.layers().get(KernelNetwork.TIMED));
        String hash = NetworkFile.sha256(network);
        GeneratedSources sources = NetworkEmitter.emit(network, parted.plan());
        NetworkFirmware firmware = compiler.network(profile, network.name(), sources.files(), hash);
        byte[] input = input(network);
        KernelBoard.Answer answer = board.run(firmware.image(), hash, input);
        Optional<CoreCounters.Layer> counted = answer.counters()
                .flatMap(counters -> counters.layers().stream()
                        .filter(each -> each.number() == KernelNetwork.TIMED)
                        .findFirst());
        OptionalLong cyclesBeforeMisses =
                all(parted, counted, each -> each.cycles() - each.stallCycles().sum());
        Optional<KernelPeers.Peer> peer = peers.best(layer.name(), bits);
        return new KernelTiming(
                layer.name(),
                bits.activation(),
                bits.weight(),
                bits.output(),
                zeroPointPerChannel ? "channel" : "middle",
                all(parted, counted, CoreCounters.Layer::instructions),
                cyclesBeforeMisses,
                parted.bands() * answer.inference().layerCycles()[KernelNetwork.TIMED],
                all(parted, counted, each -> each.dataLines().sum()),
                all(parted, counted, each -> each.dataLines().flash()),
                layer.macs(),
                firmware.codeBytesOf(sources.layers().get(KernelNetwork.TIMED).get(0)),
                scheme.kernelName(),
                parted.bands(),
                peer.map(KernelPeers.Peer::engine),
                peer.isPresent() && cyclesBeforeMisses.isPresent()
                        ? OptionalDouble.of(peer.get().ratio(cyclesBeforeMisses.getAsLong()))
                        : OptionalDouble.empty(),
                Arrays.equals(answer.inference().outputs(), Oracle.of(network).run(input)));
    }

    private static OptionalLong all(
            Parted parted, Optional<CoreCounters.Layer> counted, ToLongFunction<CoreCounters.Layer> figure) {
        return counted.map(each -> OptionalLong.of(parted.bands() * figure.applyAsLong(each)))
                .orElseGet(OptionalLong::empty);
    }

    private static Parted parted(KernelLayer layer, KernelBits bits, boolean zeroPointPerChannel) {
        for (int bands = 1; bands <= MOST_BANDS; bands++) {
            Optional<KernelLayer> part = layer.band(bands);
            if (part.isPresent()) {
                IntegerNetwork network = KernelNetwork.of(part.get(), bits, zeroPointPerChannel);
                NetworkPlan plan = NetworkPlan.unfused(network);
                if (plan.arena().arenaBytes() <= ARENA_BYTES) {
                    return new Parted(network, plan, bands);
                }
            }
        }
        throw BenchFailure.of(FailureKind.QUANTIZE, "time layer " + layer.name())
                .expected("activations within " + ARENA_BYTES + " bytes, in at most " + MOST_BANDS + " bands of rows")
                .actual("more")
                .remedy("a smaller layer")
                .failure();
    }

    private static byte[] input(IntegerNetwork network) {
        int elements = network.inputTensor().shape().elements();
        int codes = 1 << network.inputTensor().bits();
        int[] drawn = new SplittableRandom(INPUT_SEED).ints(elements, 0, codes).toArray();
        return Packing.pack(network.inputTensor(), drawn);
    }
}
