// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.List;
import java.util.Optional;

/** Weights of 2 bits without multiplications: {@code kernels/table_convolution.h}. */
public record TableConvolutionScheme(ConvolutionLayer layer, Tensor input, Tensor output) implements WeightedScheme {
    private static final int WEIGHT_BITS = 2;
    private static final int CODES_OF_BYTE = 4;

    /** Weights of the channel that adds up the inputs. */
    private static final byte ONES = 0b01_01_01_01;

    /** Bytes that are read beyond the last weight. */
    private static final int BYTES_AHEAD = 2;

    /**
     * Whether it is the kernel for a layer of such a shape.
     *
     * @param perChannel weights of an output channel
     */
    static boolean suits(int perChannel, int weightBits, Tensor input, Tensor output) {
        return pays(perChannel, weightBits, input, output)
                && plan(perChannel, input, output).isPresent();
    }

    /** Whether it would be, were there any memory to work in. */
    static boolean pays(int perChannel, int weightBits, Tensor input, Tensor output) {
        return weightBits == WEIGHT_BITS
                && output.shape().channels() >= leastChannels(input.bits())
                && output.shape().pixels() >= TablePlan.TableShape.SMALL_TILE
                && TablePlan.TableShape.of(perChannel, input, output).groups() >= TablePlan.LEAST_TABLES;
    }

    /** With fewer output channels outer products take fewer cycles than tables: measured on 14×14 pixels of 384 inputs. */
    private static int leastChannels(int inputBits) {
        return switch (inputBits) {
            case 8 -> 146;
            case 4 -> 170;
            default -> 72;
        };
    }

    private static Optional<TablePlan> plan(int perChannel, Tensor input, Tensor output) {
        return TablePlan.of(TablePlan.TableShape.of(perChannel, input, output));
    }

    static KernelOutline outline(Window window, int perChannel, Tensor input, Tensor output) {
        TablePlan plan = plan(perChannel, input, output).orElseThrow();
        Reach reach = new WindowReads(window, input, output).byBlocks(plan.blockPixels(), plan.joining());
        long repeated = plan.copied() ? plan.weightBytes() : 0;
        return new KernelOutline(
                List.of(reach), Optional.of(RowReads.under(window, input, output, repeated)), plan.scratchBytes());
    }

    @Override
    public String kernelName() {
        return "table_convolution_a%d_w2_o%d".formatted(input.bits(), output.bits());
    }

    @Override
    public long scratchBytes() {
        return plan().scratchBytes();
    }

    @Override
    public List<Reach> reach() {
        return outline().reach();
    }

    @Override
    public Optional<RowReads> rowReads() {
        return outline().rows();
    }

    @Override
    public KernelOutline outline() {
        return outline(layer.window(), perChannel(), input, output);
    }

    /** Tables that a pass looks up in. */
    public int tables() {
        return plan().tables();
    }

    /** Over all inputs of a window. */
    public int passes() {
        return plan().passes();
    }

    /** Whole tiles of a block. */
    public int tiles() {
        return plan().tiles();
    }

    /** Pixels that the last block may have beyond them. */
    public int joining() {
        return plan().joining();
    }

    /** Weights are copied to the scratch memory. */
    public boolean isCopied() {
        return plan().copied();
    }

    public boolean hasWideSums() {
        return plan().shape().hasWideSums();
    }

    /** Pixels of a tile of few that a call for all pixels ends with; 0: none. */
    public int smallTile() {
        return plan().shape().smallTile();
    }

    /** Of calls for any rows: what may join a block must be a tile of its own. */
    public int smallTileOfTurns() {
        return joining() > 0 ? joining() : TablePlan.TableShape.SMALL_TILE;
    }

    /** What zero points become. */
    public ZeroPoints zeroPoints() {
        return new ZeroPoints(layer, input);
    }

    /** Four weights a byte, in the order pass, output channel, table; of a channel of ones behind them, where zero points are not all 0. */
    public byte[] weightBytes() {
        TablePlan plan = plan();
        WeightCodes weights = layer.weights();
        int rows = weights.outputChannels() + (zeroPoints().any() ? 1 : 0);
        byte[] bytes = new byte[plan.passes() * rows * plan.tables() + BYTES_AHEAD];
        int perChannel = perChannel();
        for (int group = 0; group < plan.shape().groups(); group++) {
            int first = group / plan.tables() * rows * plan.tables() + group % plan.tables();
            for (int channel = 0; channel < weights.outputChannels(); channel++) {
                int inputs = Math.min(CODES_OF_BYTE, perChannel - group * CODES_OF_BYTE);
                int codes = 0;
                for (int i = 0; i < inputs; i++) {
                    codes |= weights.code(channel * perChannel + group * CODES_OF_BYTE + i) << (i * WEIGHT_BITS);
                }
                bytes[first + channel * plan.tables()] = (byte) codes;
            }
            if (zeroPoints().any()) {
                int inputs = Math.min(CODES_OF_BYTE, perChannel - group * CODES_OF_BYTE);
                bytes[first + (rows - 1) * plan.tables()] = (byte) (ONES & ((1 << (inputs * WEIGHT_BITS)) - 1));
            }
        }
        return bytes;
    }

    private int perChannel() {
        return layer.weights().count() / layer.weights().outputChannels();
    }

    private TablePlan plan() {
        return plan(perChannel(), input, output).orElseThrow();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.tableConvolution(this);
    }
}
