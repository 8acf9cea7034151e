// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Interpolation;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.Subtract;
import dev.hilda.host.ir.WeightQuantization;
import java.util.List;

/**
 * What a node of a quantized graph means, in double: codes become real values, the operator computes with them, the result
 * is divided by its scale and rounded. Shares nothing with lowering or oracle.
 */
final class FakeQuant {
    private final QuantizedGraph quantized;
    private final Node node;
    private final TensorShape in;
    private final TensorShape out;
    private final double[] first;
    private final double[] second;

    private FakeQuant(QuantizedGraph quantized, Node node, List<int[]> operands) {
        this.quantized = quantized;
        this.node = node;
        this.in = quantized.graph().shape(node.inputs().get(0));
        this.out = quantized.graph().shape(node.output());
        this.first = real(0, operands.get(0));
        this.second = operands.size() == 2 ? real(1, operands.get(1)) : new double[0];
    }

    /** Codes of the node's output, given those of its inputs. */
    static int[] codes(QuantizedGraph quantized, Node node, List<int[]> operands) {
        return new FakeQuant(quantized, node, operands).codes();
    }

    private double[] real(int operand, int[] codes) {
        ActivationQuantization quantization = quantized.activation(node.inputs().get(operand));
        double[] values = new double[codes.length];
        for (int i = 0; i < codes.length; i++) {
            values[i] = quantization.scale() * (codes[i] - quantization.zeroPoint());
        }
        return values;
    }

    private int[] codes() {
        ActivationQuantization quantization = quantized.activation(node.output());
        int[] codes = new int[out.elements()];
        for (int i = 0; i < codes.length; i++) {
            int channel = i % out.channels();
            int pixel = i / out.channels();
            double exact = value(pixel / out.width(), pixel % out.width(), channel, i);
            double steps = exact / quantization.scale() + quantization.zeroPoint();
            boolean floors = quantization.rounding() == Rounding.FLOOR && !keepsGridOfAverage();
            double rounded = floors ? Math.floor(steps + 1e-9) : Math.floor(steps + 0.5);
            if (quantization.bits() == 32) {
                codes[i] = (int) rounded;
            } else {
                codes[i] = (int) Math.max(0, Math.min(Math.pow(2, quantization.bits()) - 1, rounded));
            }
        }
        return codes;
    }

    private boolean keepsGridOfAverage() {
        ActivationQuantization from = quantized.activation(node.inputs().get(0));
        boolean isAverage = node.operator() instanceof Operator.AveragePool || node.operator() instanceof Interpolate;
        return isAverage && from.equals(quantized.activation(node.output()));
    }

    private double value(int y, int x, int channel, int index) {
        Operator operator = node.operator();
        if (operator instanceof Operator.Weighted weighted) {
            double gain = weighted.normalization()
                    .map(given -> (double) given.gain().get(channel))
                    .orElse(1.0);
            return weighted.activation().of(gain * products(weighted, y, x, channel));
        } else if (operator instanceof Operator.Add add) {
            return add.activation().of(first[index] + second(y, x, channel));
        } else if (operator instanceof Subtract subtract) {
            return subtract.activation().of(first[index] - second(y, x, channel));
        } else if (operator instanceof Multiply multiply) {
            return multiply.activation().of(first[index] * second(y, x, channel));
        } else if (operator instanceof Concatenation concatenation) {
            return concatenated(concatenation.axis(), y, x, channel);
        } else if (operator instanceof Gather gather) {
            return at(
                    gather.rows().get(y),
                    gather.columns().get(x),
                    gather.channels().get(channel));
        } else if (operator instanceof Interpolate interpolate) {
            return interpolated(interpolate, y, x, channel);
        } else if (operator instanceof Operator.Elementwise elementwise) {
            return elementwise.function().of(first[index]);
        } else if (operator instanceof Prelu prelu) {
            return first[index] < 0 ? prelu.slopes().get(channel) * first[index] : first[index];
        } else if (operator instanceof Operator.AveragePool pool) {
            return pool.activation().of(pooled(pool.window(), y, x, channel, false));
        } else if (operator instanceof Operator.MaxPool pool) {
            return pool.activation().of(pooled(pool.window(), y, x, channel, true));
        } else if (operator instanceof Operator.Pad pad) {
            return at(y - pad.top(), x - pad.left(), channel);
        } else if (operator instanceof Operator.Softmax softmax) {
            double sum = 0;
            for (int other = 0; other < in.channels(); other++) {
                sum += Math.exp(softmax.beta() * (at(y, x, other) - at(y, x, channel)));
            }
            return 1 / sum;
        }
        return first[index];
    }

    /** Of the second operand, which may be one pixel. */
    private double second(int y, int x, int channel) {
        boolean isPixel = second.length == in.channels();
        return second[isPixel ? channel : (y * in.width() + x) * in.channels() + channel];
    }

    /** Of two operands of one shape. */
    private double concatenated(Axis axis, int y, int x, int channel) {
        boolean isFirst = switch (axis) {
                    case HEIGHT -> y;
                    case WIDTH -> x;
                    case CHANNEL -> channel;
                }
                < axis.extent(in);
        int row = axis == Axis.HEIGHT && !isFirst ? y - in.height() : y;
        int column = axis == Axis.WIDTH && !isFirst ? x - in.width() : x;
        int own = axis == Axis.CHANNEL && !isFirst ? channel - in.channels() : channel;
        return (isFirst ? first : second)[(row * in.width() + column) * in.channels() + own];
    }

    private double interpolated(Interpolate operator, int y, int x, int channel) {
        Interpolation rows = operator.rows();
        Interpolation columns = operator.columns();
        double down = rows.fractions().get(y);
        double right = columns.fractions().get(x);
        double above = (1 - right) * at(rows.lower().get(y), columns.lower().get(x), channel)
                + right * at(rows.lower().get(y), columns.upper().get(x), channel);
        double below = (1 - right) * at(rows.upper().get(y), columns.lower().get(x), channel)
                + right * at(rows.upper().get(y), columns.upper().get(x), channel);
        return (1 - down) * above + down * below;
    }

    private double products(Operator.Weighted operator, int y, int x, int channel) {
        boolean isDepthwise = operator instanceof Operator.Depthwise;
        Window window = operator instanceof Operator.Convolution convolution
                ? convolution.window()
                : ((Operator.Depthwise) operator).window();
        WeightQuantization weights = quantized.weights(node);
        WeightCodes codes = weights.codes();
        double inputScale = quantized.activation(node.inputs().get(0)).scale();
        double sum = weights.bias().get(channel) * inputScale * weights.scale(channel);
        int read = isDepthwise ? channel / (out.channels() / in.channels()) : 0;
        for (int tap = 0; tap < window.taps(); tap++) {
            int ky = tap / window.kernelWidth();
            int kx = tap % window.kernelWidth();
            int row = y * window.strideHeight() + ky * window.dilationHeight() - window.padTop();
            int column = x * window.strideWidth() + kx * window.dilationWidth() - window.padLeft();
            for (int i = 0; i < (isDepthwise ? 1 : in.channels()); i++) {
                int index = isDepthwise
                        ? tap * out.channels() + channel
                        : (channel * window.taps() + tap) * in.channels() + i;
                double weight = weights.scale(channel) * (codes.code(index) - codes.zeroPoint(channel));
                sum += weight * at(row, column, isDepthwise ? read : i);
            }
        }
        return sum;
    }

    private double pooled(Window window, int y, int x, int channel, boolean isMax) {
        double sum = 0;
        double most = Double.NEGATIVE_INFINITY;
        int positions = 0;
        for (int tap = 0; tap < window.taps(); tap++) {
            int row =
                    y * window.strideHeight() + tap / window.kernelWidth() * window.dilationHeight() - window.padTop();
            int column =
                    x * window.strideWidth() + tap % window.kernelWidth() * window.dilationWidth() - window.padLeft();
            if (isInside(row, column)) {
                positions++;
                sum += at(row, column, channel);
                most = Math.max(most, at(row, column, channel));
            }
        }
        return isMax ? most : sum / positions;
    }

    private boolean isInside(int row, int column) {
        return row >= 0 && row < in.height() && column >= 0 && column < in.width();
    }

    /** Zero outside the input. */
    private double at(int row, int column, int channel) {
        return isInside(row, column) ? first[(row * in.width() + column) * in.channels() + channel] : 0;
    }
}
