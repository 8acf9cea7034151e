// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Weights as {@code kernels/carry_convolution.h} reads them, by sets of output channels.
 *
 * @param lanes what is summed of a lane
 * @param corrected whether stored codes are off their zero points, which Σx makes up for
 * @param raised whether a bias is too much for a sum to carry and a part of it is added when sums are taken apart
 * @param setsAtOnce that are multiplied with a pixel at once: their words of the same inputs lie side by side
 * @param codes of each set a word for each two inputs; and two words more that are read but not used
 * @param starts of each set, from its last channel down, what its sum starts with and, where corrected, its factor of Σx;
 *     then its multipliers, if there are any, from the first one up, and where raised by what, from the second one up
 */
public record CarryWeights(Lanes lanes, boolean corrected, boolean raised, int setsAtOnce, Ints codes, Ints starts) {
    /** {@code CarryLanes} of {@code kernels/carry_multiply.h}. */
    public enum Lanes {
        CARRY_LOW,
        CARRY_SIGNED,
        CARRY_HIGH,
        CARRY_EXACT
    }

    /**
     * Why several output channels do not share a lane at the least cost; empty where they do.
     *
     * @param weightBits 8 or 4
     */
    Optional<String> compromise(int weightBits) {
        List<String> reasons = new ArrayList<>();
        switch (lanes) {
            case CARRY_EXACT ->
                reasons.add(
                        "output channels are multiplied one by one, as sums need more bits than a shared lane leaves");
            case CARRY_HIGH ->
                reasons.add(
                        "every fourth output channel shares a lane with one, not with three, as sums need more than 20 bits");
            case CARRY_LOW -> {
                if (weightBits == Byte.SIZE) {
                    reasons.add("weights of every other channel have no sign, as a lane would leave int16;"
                            + " sums of inputs make up for it");
                }
            }
            case CARRY_SIGNED -> {
                if (corrected) {
                    reasons.add("codes less their zero point do not fit int8; sums of inputs make up for it");
                }
            }
        }
        if (raised) {
            reasons.add("biases are added apart, as with them sums leave what a shared lane holds");
        }
        return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
    }

    /**
     * @param mostSetsAtOnce of which the sets are a multiple
     */
    static CarryWeights of(ConvolutionLayer layer, Tensor input, CarryTiles tiles, int mostSetsAtOnce) {
        return new Packing(layer, input, tiles, List.of(Int32.sums(layer, input))).packed(mostSetsAtOnce);
    }

    /** Words. */
    private static final int READ_BEYOND = 2;

    /** Output channels whose weights share a lane. */
    public static int setChannels(int weightBits) {
        return Short.SIZE / weightBits;
    }

    /** A channel's codes less what is taken from each when it is stored. */
    private record Channel(Ints stored, int correction, int bias, int raised) {
        static final Channel NONE = new Channel(Ints.of(), 0, 0, 0);

        int at(int index) {
            return index < stored.size() ? stored.get(index) : 0;
        }
    }

    private record Packing(ConvolutionLayer layer, Tensor input, CarryTiles tiles, List<Int32> sums) {
        CarryWeights packed(int mostSetsAtOnce) {
            Lanes lanes = lanes();
            int channels = layer.weights().outputChannels();
            int sets = (channels + inSet() - 1) / inSet();
            Channel[] stored = IntStream.range(0, sets * inSet())
                    .mapToObj(channel -> channel < channels ? channel(channel, lanes) : Channel.NONE)
                    .toArray(Channel[]::new);
            boolean corrected = IntStream.range(0, channels).anyMatch(channel -> stored[channel].correction != 0);
            boolean raised = IntStream.range(0, channels).anyMatch(channel -> stored[channel].raised != 0);
            int pairs = tiles.columnPairs();
            int[] order = tiles.order(input.bits());
            int atOnce = lanes == Lanes.CARRY_EXACT ? 1 : mostSetsAtOnce;
            int[] codes = new int[sets * pairs + READ_BEYOND];
            for (int i = 0; i < sets * pairs; i++) {
                int set = i / (pairs * atOnce) * atOnce + i % atOnce;
                int pair = i / atOnce % pairs;
                codes[i] = lane(stored, set, order[2 * pair]) | (lane(stored, set, order[2 * pair + 1]) << Short.SIZE);
            }
            return new CarryWeights(
                    lanes,
                    corrected,
                    raised,
                    atOnce,
                    Ints.of(codes),
                    Ints.of(starts(stored, lanes, corrected, raised)));
        }

        private int bits() {
            return layer.weights().bits();
        }

        private int inSet() {
            return setChannels(bits());
        }

        private int lane(Channel[] stored, int set, int index) {
            int lane = 0;
            for (int n = 0; n < inSet(); n++) {
                lane += stored[set * inSet() + n].at(index) << (n * bits());
            }
            return lane & 0xFFFF;
        }

        private int[] starts(Channel[] stored, Lanes lanes, boolean corrected, boolean raised) {
            Ints multipliers = layer.requantization().multipliers();
            IntStream.Builder starts = IntStream.builder();
            for (int first = 0; first < stored.length; first += inSet()) {
                for (int n = inSet() - 1; n >= 0; n--) {
                    int[] combined = combined(stored, first, n, lanes);
                    starts.add(combined[0]);
                    if (corrected) {
                        starts.add(combined[1]);
                    }
                }
                for (int n = 0; n < inSet() && multipliers.size() > 0; n++) {
                    starts.add(first + n < multipliers.size() ? multipliers.get(first + n) : 0);
                }
                for (int n = 1; n < inSet() && raised; n++) {
                    starts.add(stored[first + n].raised);
                }
            }
            return starts.build().toArray();
        }

        /** Bias and factor of Σx, as the codes are that channel {@code n}'s sum is of. */
        private int[] combined(Channel[] stored, int first, int n, Lanes lanes) {
            boolean alone = lanes == Lanes.CARRY_EXACT;
            boolean high = lanes == Lanes.CARRY_HIGH && n == inSet() - 1;
            int lowest = alone ? n : high ? n - 1 : 0;
            int bias = 0;
            int correction = 0;
            for (int channel = lowest; channel <= n; channel++) {
                int shift = (channel - lowest) * bits();
                bias += stored[first + channel].bias << shift;
                correction += stored[first + channel].correction << shift;
            }
            return new int[] {bias, correction};
        }

        /**
         * Differences of sums are a channel's times a power of two, modulo 2^32: whole where its sum, whatever the input, lies
         * within what is left of 32 bits, or would with another bias.
         */
        private Lanes lanes() {
            int last = inSet() - 1;
            boolean othersFit = IntStream.range(1, last).allMatch(n -> fits(n, n * bits()));
            if (othersFit && fits(last, last * bits())) {
                return bits() == Byte.SIZE && signedLanesFit() ? Lanes.CARRY_SIGNED : Lanes.CARRY_LOW;
            }
            return bits() == 4 && othersFit && fits(last, bits()) ? Lanes.CARRY_HIGH : Lanes.CARRY_EXACT;
        }

        private boolean fits(int inSet, int shift) {
            return IntStream.range(0, sums.size())
                    .filter(channel -> channel % inSet() == inSet)
                    .allMatch(channel ->
                            sums.get(channel).high() - sums.get(channel).low() < 1L << (Integer.SIZE - shift));
        }

        /** What of a channel's bias is not carried. */
        private int raised(int channel, Lanes lanes) {
            int n = channel % inSet();
            boolean high = lanes == Lanes.CARRY_HIGH && n == inSet() - 1;
            int shift = lanes == Lanes.CARRY_EXACT ? 0 : high ? bits() : n * bits();
            long most = 1L << (Integer.SIZE - 1 - shift);
            boolean within =
                    sums.get(channel).low() >= -most && sums.get(channel).high() < most;
            return within ? 0 : (int) (sums.get(channel).low() + most);
        }

        /** A lane of a negative lower weight may fall below int16. */
        private boolean signedLanesFit() {
            int channels = layer.weights().outputChannels();
            for (int lower = 0; lower + 1 < channels; lower += 2) {
                Ints lows = channel(lower, Lanes.CARRY_SIGNED).stored;
                Ints highs = channel(lower + 1, Lanes.CARRY_SIGNED).stored;
                for (int i = 0; i < lows.size(); i++) {
                    if (lows.get(i) < 0 && highs.get(i) == Byte.MIN_VALUE) {
                        return false;
                    }
                }
            }
            return true;
        }

        private Channel channel(int channel, Lanes lanes) {
            WeightCodes weights = layer.weights();
            int count = weights.count() / weights.outputChannels();
            int zeroPoint = weights.zeroPoint(channel);
            boolean signed = channel % inSet() == inSet() - 1 || lanes == Lanes.CARRY_SIGNED;
            int offset = signed ? signedOffset(channel, count, zeroPoint) : 0;
            int[] stored = new int[count];
            int sum = 0;
            for (int i = 0; i < count; i++) {
                int code = weights.code(channel * count + i);
                stored[i] = code - offset;
                sum += code - zeroPoint;
            }
            int bias = layer.requantization().hasThresholds() ? 0 : layer.bias().get(channel);
            int raised = raised(channel, lanes);
            return new Channel(Ints.of(stored), offset - zeroPoint, bias - input.zeroPoint() * sum - raised, raised);
        }

        /** The zero point where all codes less it have their sign in the same bits, so that nothing is to be made up for. */
        private int signedOffset(int channel, int count, int zeroPoint) {
            WeightCodes weights = layer.weights();
            int middle = 1 << (bits() - 1);
            boolean fit = IntStream.range(channel * count, (channel + 1) * count)
                    .map(index -> weights.code(index) - zeroPoint)
                    .allMatch(weight -> weight >= -middle && weight < middle);
            return fit ? zeroPoint : middle;
        }
    }
}
