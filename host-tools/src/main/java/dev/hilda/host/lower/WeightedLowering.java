// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.WeightQuantization;

/**
 * Convolution and depthwise convolution. M_c = gain_c·S_x·S_w,c / S_y, the bias as given.
 *
 * <p>A channel is constant when its sum of products cannot move the output by 2^−20 of a step (gain 0 among them), or when
 * its offset does not fit the int32 bias and the products cannot move the output by half a step. All weights of such a
 * channel become their zero point; its code comes from the bias, or from the float offset of the normalization where that
 * does not fit the bias, exactly.
 */
final class WeightedLowering {
    private static final double NEGLIGIBLE_STEPS = 0x1p-20;
    private static final double HALF_STEP = 0.5;

    private final String name;
    private final Operator.Weighted operator;
    private final ActivationQuantization input;
    private final ActivationQuantization output;
    private final WeightQuantization weights;
    private final Clamps clamps;
    /** Per channel: Σ|Wq − Zw|·max|X − Zx|. */
    private final long[] products;

    private final double largestAccumulator;

    WeightedLowering(
            String name,
            Operator.Weighted operator,
            ActivationQuantization input,
            ActivationQuantization output,
            WeightQuantization weights) {
        this.name = name;
        this.operator = operator;
        this.input = input;
        this.output = output;
        this.weights = weights;
        this.clamps = Clamps.of(output, operator.activation());
        this.products = largestProducts();
        this.largestAccumulator = largestAccumulator();
    }

    Layer layer(int inputIndex, int outputIndex) {
        if (weights.hasThresholds()) {
            return layer(inputIndex, outputIndex, rising(), Ints.of(), thresholds());
        }
        ChannelRange[] channels = new ChannelRange[products.length];
        for (int channel = 0; channel < channels.length; channel++) {
            channels[channel] = channel(channel);
        }
        if (isRaw(channels)) {
            return layer(inputIndex, outputIndex, weights.codes(), weights.bias(), Requantization.RAW);
        }
        RequantizationChoice choice = new RequantizationChoice(name, channels, output, clamps);
        return layer(inputIndex, outputIndex, withoutConstants(channels), choice.bias(), choice.requantization());
    }

    private Layer layer(int in, int out, WeightCodes codes, Ints bias, Requantization requantization) {
        return operator.accept(new Operator.WeightedVisitor<Layer>() {
            @Override
            public Layer convolution(Operator.Convolution convolution) {
                return new ConvolutionLayer(name, in, out, convolution.window(), codes, bias, requantization);
            }

            @Override
            public Layer depthwise(Operator.Depthwise depthwise) {
                return new DepthwiseLayer(name, in, out, depthwise.window(), codes, bias, requantization);
            }

            @Override
            public Layer fullyConnected(Operator.FullyConnected dense) {
                throw new LoweringException("layer " + name + ": expected a convolution, got " + dense);
            }
        });
    }

    private ChannelRange channel(int channel) {
        double multiplier = multiplier(channel);
        LoweringException.require(
                Double.isFinite(multiplier), name, "the multiplier of channel " + channel + " is not finite");
        int bias = weights.bias().get(channel);
        if (operator.normalization().isEmpty()) {
            return ChannelRange.varying(multiplier, products[channel], bias);
        }
        double moved = Math.abs(multiplier) * products[channel];
        double offset = offset(channel);
        double room = largestAccumulator - products[channel];
        boolean biasFits = multiplier != 0 && Math.abs(offset / output.scale()) <= Math.abs(multiplier) * room;
        if (moved < NEGLIGIBLE_STEPS || (!biasFits && moved < HALF_STEP)) {
            double constant = biasFits ? multiplier * bias * output.scale() : offset;
            return ChannelRange.constant(
                    clamps.clamp(Clamps.code(operator.activation().of(constant), output)));
        }
        return ChannelRange.varying(multiplier, products[channel], bias);
    }

    private Requantization thresholds() {
        LoweringException.require(
                Bits.isCode(output.bits()), name, "expected codes of 8, 4 or 2 bits by thresholds, got " + output);
        int highest = Bits.highestCode(output.bits());
        ThresholdChoice choice = new ThresholdChoice(output, clamps);
        int[] all = new int[products.length * highest];
        for (int channel = 0; channel < products.length; channel++) {
            LoweringException.require(
                    products[channel] < Integer.MAX_VALUE,
                    name,
                    "channel " + channel + " may accumulate " + products[channel]
                            + ", more than int32 holds below its highest value; use fewer weight or input bits here");
            double unit = input.scale() * weights.scale(channel);
            ThresholdChoice.Channel real =
                    new ThresholdChoice.Channel(gain(channel), unit, weights.realBias(channel), offset(channel));
            int[] ofChannel = choice.thresholds(real, highest).toArray();
            System.arraycopy(ofChannel, 0, all, channel * highest, highest);
        }
        return Requantization.byThresholds(output.bits(), Ints.of(all));
    }

    /** A falling channel's weights mirrored at the middle of their codes, which negates its sum of products exactly. */
    private WeightCodes rising() {
        WeightCodes codes = weights.codes();
        int highest = Bits.highestCode(codes.bits());
        byte[] mirrored = codes.codes();
        int[] zeroPoints = codes.zeroPoints();
        for (int index = 0; index < mirrored.length; index++) {
            int channel = operator.outputChannelOf(index);
            mirrored[index] = (byte) (gain(channel) < 0 ? highest - codes.code(index) : codes.code(index));
        }
        for (int channel = 0; channel < zeroPoints.length; channel++) {
            zeroPoints[channel] = gain(channel) < 0 ? highest - zeroPoints[channel] : zeroPoints[channel];
        }
        return new WeightCodes(codes.bits(), mirrored, zeroPoints);
    }

    private double multiplier(int channel) {
        return gain(channel) * input.scale() * weights.scale(channel) / output.scale();
    }

    /** What |Φ'| may reach whatever left shift the largest multiplier will need. */
    private double largestAccumulator() {
        double largest = 0;
        for (int channel = 0; channel < products.length; channel++) {
            largest = Math.max(largest, Math.abs(multiplier(channel)));
        }
        return Math.scalb((double) Integer.MAX_VALUE, -Math.max(0, Math.getExponent(largest) + 4));
    }

    private double gain(int channel) {
        return operator.normalization()
                .map(given -> (double) given.gain().get(channel))
                .orElse(1.0);
    }

    /** What the float channel is without its sum of products. */
    private double offset(int channel) {
        double offset = operator.normalization()
                .map(given -> (double) given.offset().get(channel))
                .orElse(0.0);
        return gain(channel) * operator.bias().get(channel) + offset;
    }

    /** Accumulators are the output when every multiplier is 1, up to 2^−20 of a step. */
    private boolean isRaw(ChannelRange[] channels) {
        if (output.bits() != 32 || operator.activation() != Activation.NONE) {
            return false;
        }
        for (ChannelRange channel : channels) {
            boolean unscaled = Math.abs(channel.multiplier() - 1) * channel.accumulator() < NEGLIGIBLE_STEPS;
            if (channel.isConstant() || !unscaled || channel.accumulator() > Integer.MAX_VALUE) {
                return false;
            }
        }
        return true;
    }

    private long[] largestProducts() {
        int highest = Bits.highestCode(input.bits());
        int largestInput = Math.max(input.zeroPoint(), highest - input.zeroPoint());
        WeightCodes codes = weights.codes();
        long[] sums = new long[codes.outputChannels()];
        for (int index = 0; index < codes.count(); index++) {
            int channel = operator.outputChannelOf(index);
            sums[channel] += (long) Math.abs(codes.code(index) - codes.zeroPoint(channel)) * largestInput;
        }
        return sums;
    }

    private WeightCodes withoutConstants(ChannelRange[] channels) {
        WeightCodes codes = weights.codes();
        byte[] kept = codes.codes();
        for (int index = 0; index < kept.length; index++) {
            int channel = operator.outputChannelOf(index);
            if (channels[channel].isConstant()) {
                kept[index] = (byte) codes.zeroPoint(channel);
            }
        }
        return new WeightCodes(codes.bits(), kept, codes.zeroPoints());
    }
}
