// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.host.firmware.FirmwareLimits;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.FusionMode;
import dev.hilda.host.memory.FusionPlanner;
import dev.hilda.host.memory.LayerSequence;
import dev.hilda.host.memory.MemoryReport;
import dev.hilda.host.memory.MemoryReport.LayerMemory;
import dev.hilda.host.quantize.bits.BudgetException.Memory;
import dev.hilda.host.quantize.bits.BudgetException.Shortage;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a network fits the budgets and what the firmware leaves to it, known before anything is compiled. Budgets that
 * decided the bits are kept by those; whether the board holds what the paper's formulas allow shows when it is linked.
 */
final class MemoryFit {
    private final QuantizeRequest request;
    private final QuantizedModel model;
    private final MemoryReport memory;

    private MemoryFit(QuantizeRequest request, QuantizedModel model) {
        this.request = request;
        this.model = model;
        this.memory = MemoryReport.of(model.network());
    }

    /**
     * @throws BenchFailure of kind quantize that says what is short by how much
     */
    static void require(QuantizeRequest request, QuantizedModel model, FirmwareLimits limits) {
        MemoryFit fit = new MemoryFit(request, model);
        if (model.bits().isEmpty()) {
            fit.requireFlash();
            fit.requireRam();
        }
        fit.requireScratch(limits.scratchBytes());
        fit.requireStaging(limits.stagingBytes());
    }

    /**
     * Whether the firmware can receive an image while it works on another; the network will have a layer for each node.
     *
     * @throws BenchFailure of kind quantize
     */
    static void requireStaging(QuantizeRequest request, BitPlan plan, FirmwareLimits limits) {
        Graph logits = plan.logits();
        int inputBytes = logits.inputs().stream()
                .mapToInt(input -> packedBytes(
                        logits.shape(input),
                        Objects.requireNonNull(plan.bits().activationBits().get(input))))
                .reduce(0, Math::addExact);
        int outputs = logits.outputs().stream()
                .mapToInt(output -> logits.shape(output).elements())
                .reduce(0, Math::addExact);
        requireStaging(request, inputBytes, logits.nodes().size(), outputs, limits.stagingBytes());
    }

    private static int packedBytes(TensorShape shape, int bits) {
        return Math.multiplyExact(shape.pixels(), Bits.bytes(shape.channels(), bits));
    }

    private void requireFlash() {
        Shortage shortage = new Shortage(Memory.FLASH, memory.flashBytes());
        requireBudget("weights and parameters", shortage, request.budget().roBytes());
    }

    private void requireRam() {
        Shortage shortage = new Shortage(Memory.RAM, model.plan().arena().arenaBytes());
        long mostBytes = request.budget().rwBytes();
        require(
                "activations",
                shortage.leastBytes(),
                mostBytes,
                fusing(mostBytes).orElseGet(() -> BudgetRemedy.ofKeptBits(request, shortage)));
    }

    private Optional<String> fusing(long mostBytes) {
        if (request.budget().fusion() != FusionMode.OFF || model.plan().arena().arenaBytes() <= mostBytes) {
            return Optional.empty();
        }
        LayerSequence layers = LayerSequence.of(model.network());
        ArenaPlan fused = FusionPlanner.plan(layers, FusionMode.AUTO, mostBytes).arena();
        return fused.arenaBytes() <= mostBytes ? Optional.of("--fuse auto, with which they fit") : Optional.empty();
    }

    private void requireBudget(String what, Shortage shortage, long mostBytes) {
        require(what, shortage.leastBytes(), mostBytes, BudgetRemedy.ofKeptBits(request, shortage));
    }

    private void requireScratch(long mostBytes) {
        LayerMemory largest = memory.layers().stream()
                .max(Comparator.comparingLong(LayerMemory::scratchBytes))
                .orElseThrow();
        require(
                "what the kernel of layer " + largest.name() + " works in",
                largest.scratchBytes(),
                mostBytes,
                "give the layer fewer inputs, for example by pooling before it");
    }

    private void requireStaging(long mostBytes) {
        IntegerNetwork network = model.network();
        int layers = network.layers().size();
        int outputs = network.answerElements();
        int inputBytes = network.inputBytes();
        requireStaging(request, inputBytes, layers, outputs, mostBytes);
    }

    private static void requireStaging(
            QuantizeRequest request, int inputBytes, int layers, int outputs, long mostBytes) {
        long answerBytes = InferAnswer.bodyBytes(layers, outputs) + (long) Integer.BYTES * layers;
        require(
                request,
                "an input of " + inputBytes + " bytes and an answer of " + answerBytes + " (" + outputs + " outputs)",
                inputBytes + answerBytes,
                mostBytes,
                answerBytes > inputBytes
                        ? "a network with fewer outputs: each takes " + Integer.BYTES + " bytes"
                        : "a network with a smaller input");
    }

    private void require(String what, long bytes, long mostBytes, String remedy) {
        require(request, what, bytes, mostBytes, remedy);
    }

    private static void require(QuantizeRequest request, String what, long bytes, long mostBytes, String remedy) {
        if (bytes > mostBytes) {
            throw BenchFailure.of(FailureKind.QUANTIZE, "fit " + request.model())
                    .board(request.profile().name())
                    .expected(what + " within " + mostBytes + " bytes")
                    .actual(bytes + " bytes")
                    .remedy(remedy)
                    .failure();
        }
    }
}
