// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.host.firmware.FirmwareLimits;
import dev.hilda.host.frontend.ModelSource;
import dev.hilda.host.frontend.NumberFormat;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.Fusion;
import dev.hilda.host.memory.FusionMode;
import dev.hilda.host.memory.NetworkPlan;
import dev.hilda.host.memory.RamUse;
import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.quantize.bits.RamModel;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A fully connected layer of 100 inputs and 3 outputs, as a quantized file may have it, against what is there. */
class MemoryFitTest {
    private static final long FLASH = 300 + 3 * 4 + 3;
    /** Of the input: the output lies over it. */
    private static final long RAM = 100;

    /** Words of 50 pairs of inputs and a sum of each of four pixels, and two words of them more. */
    private static final long SCRATCH = 16 * (50 + 1) + 32;

    private static final long STAGING = 100 + 24 + 4 * (1 + 3) + 4;

    @Test
    void shouldAcceptWhatJustFits() {
        assertDoesNotThrow(() -> require(FLASH, RAM, SCRATCH, STAGING));
    }

    @Test
    void shouldNameTheLayerWhoseKernelNeedsMoreThanThereIs() {
        BenchFailure failure = failure(FLASH, RAM, SCRATCH - 1, STAGING);
        assertEquals(
                "what the kernel of layer dense works in within 847 bytes",
                failure.expected().orElseThrow());
        assertEquals("848 bytes", failure.actual().orElseThrow());
    }

    @Test
    void shouldRefuseAnInputThatTheFirmwareCannotStage() {
        BenchFailure failure = failure(FLASH, RAM, SCRATCH, STAGING - 1);
        assertEquals(
                "an input of 100 bytes and an answer of 44 (3 outputs) within 143 bytes",
                failure.expected().orElseThrow());
        assertEquals("144 bytes", failure.actual().orElseThrow());
        assertEquals("a network with a smaller input", failure.remedy().orElseThrow());
    }

    @Test
    void shouldHoldAKeptFileAgainstBothBudgets() {
        assertEquals(
                "weights and parameters within 314 bytes",
                failure(FLASH - 1, RAM, SCRATCH, STAGING).expected().orElseThrow());
        assertEquals(
                "activations within 99 bytes",
                failure(FLASH, RAM - 1, SCRATCH, STAGING).expected().orElseThrow());
    }

    @Test
    void shouldLeaveTheBudgetsToTheBitsTheyDecided() {
        BitAssignment bits = new BitAssignment(
                Map.of("x", 8, "y", 32),
                Map.of("dense", 8),
                List.of(),
                1,
                1,
                "dense",
                new RamUse(1, new NetworkPlan(Fusion.NONE, new ArenaPlan(0, List.of())), 0));
        assertDoesNotThrow(() ->
                MemoryFit.require(request(1, 1), model(Optional.of(bits)), new FirmwareLimits(SCRATCH, STAGING, 0)));
        assertThrows(
                BenchFailure.class,
                () -> MemoryFit.require(
                        request(1, 1), model(Optional.of(bits)), new FirmwareLimits(SCRATCH - 1, STAGING, 0)));
    }

    @Test
    void shouldKnowFromTheBitsWhatTheNetworkWillTakeToStage() {
        QuantizedModel lowered = model(Optional.empty());
        for (int inputBits : new int[] {8, 4, 2}) {
            BitAssignment bits = new BitAssignment(
                    Map.of("x", inputBits, "y", 32),
                    Map.of(),
                    List.of(),
                    1,
                    1,
                    "dense",
                    new RamUse(1, new NetworkPlan(Fusion.NONE, new ArenaPlan(0, List.of())), 0));
            long bytes = STAGING - 100 + 100 * inputBits / 8;
            assertDoesNotThrow(() -> MemoryFit.requireStaging(
                    request(1, 1), new BitPlan(lowered.graph(), bits), new FirmwareLimits(0, bytes, 0)));
            BenchFailure failure = assertThrows(
                    BenchFailure.class,
                    () -> MemoryFit.requireStaging(
                            request(1, 1), new BitPlan(lowered.graph(), bits), new FirmwareLimits(0, bytes - 1, 0)));
            assertEquals(bytes + " bytes", failure.actual().orElseThrow());
        }
    }

    private static BenchFailure failure(long flash, long ram, long scratch, long staging) {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> require(flash, ram, scratch, staging));
        assertEquals(FailureKind.QUANTIZE, failure.kind());
        return failure;
    }

    private static void require(long flash, long ram, long scratch, long staging) {
        MemoryFit.require(request(flash, ram), model(Optional.empty()), new FirmwareLimits(scratch, staging, 0));
    }

    private static QuantizeRequest request(long flash, long ram) {
        return new QuantizeRequest(
                Path.of("dense.tflite"),
                new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi"),
                new Budget(flash, ram, RamModel.PUBLISHED, FusionMode.OFF, false),
                Optional.empty(),
                1,
                CalibrationMethod.MSE,
                QuantizationVariant.PC_ICN,
                BitSearch.MEMORY_DRIVEN,
                Optional.empty(),
                false);
    }

    private static Operator dense() {
        return new Operator.FullyConnected(
                new FloatTensor(List.of(3, 100), new float[300]),
                FloatTensor.vector(new float[3]),
                Optional.empty(),
                Activation.NONE);
    }

    private static QuantizedModel model(Optional<BitAssignment> bits) {
        ConvolutionLayer dense = new ConvolutionLayer(
                "dense",
                0,
                1,
                Window.of(1, 1),
                new WeightCodes(8, new byte[300], new int[3]),
                Ints.of(0, 0, 0),
                Requantization.RAW);
        List<Tensor> tensors = List.of(
                new Tensor("x", TensorShape.vector(100), 8, 0, 1), new Tensor("y", TensorShape.vector(3), 32, 0, 1));
        IntegerNetwork network = new IntegerNetwork("dense", tensors, List.of(dense), 0, 1);
        Node node = new Node("dense", dense(), List.of("x"), "y");
        return new QuantizedModel(
                new ModelSource("dense.tflite", 1, "00", "", NumberFormat.INT8_PER_CHANNEL),
                new Graph("dense", "x", TensorShape.vector(100), List.of(node), "y"),
                bits,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                network,
                NetworkPlan.unfused(network));
    }
}
