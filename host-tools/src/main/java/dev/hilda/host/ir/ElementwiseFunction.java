// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

/** A real function of one value, with its parameters. Gives the same bits on every machine. */
public sealed interface ElementwiseFunction {
    double of(double value);

    <R> R accept(Visitor<R> visitor);

    /** One answer for each function. */
    interface Visitor<R> {
        R leakyRelu(LeakyRelu function);

        R clip(Clip function);

        R hardSigmoid(HardSigmoid function);

        R bipolar(Bipolar function);

        R fixed(Fixed function);
    }

    /** The value itself from 0 on, below it {@code slope} times the value. */
    record LeakyRelu(double slope) implements ElementwiseFunction {
        public LeakyRelu {
            Require.that(Double.isFinite(slope), () -> "expected a finite slope, got " + slope);
        }

        @Override
        public double of(double value) {
            return value < 0 ? slope * value : value;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.leakyRelu(this);
        }
    }

    /** min(high, max(low, x)) */
    record Clip(double low, double high) implements ElementwiseFunction {
        public Clip {
            Require.that(
                    low <= high && Double.isFinite(low) && Double.isFinite(high),
                    () -> "expected finite limits, the lower one first, got " + low + " and " + high);
        }

        @Override
        public double of(double value) {
            return Math.min(high, Math.max(low, value));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.clip(this);
        }
    }

    /** min(1, max(0, slope·x + offset)) */
    record HardSigmoid(double slope, double offset) implements ElementwiseFunction {
        public HardSigmoid {
            Require.that(
                    Double.isFinite(slope) && Double.isFinite(offset),
                    () -> "expected a finite slope and offset, got " + slope + " and " + offset);
        }

        @Override
        public double of(double value) {
            return Math.min(1, Math.max(0, slope * value + offset));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.hardSigmoid(this);
        }
    }

    /** The magnitude from the threshold on, its negative below it. */
    record Bipolar(double threshold, double magnitude) implements ElementwiseFunction {
        public Bipolar {
            Require.that(
                    Double.isFinite(threshold) && magnitude > 0 && Double.isFinite(magnitude),
                    () -> "expected a finite threshold and a positive magnitude, got " + threshold + " and "
                            + magnitude);
        }

        @Override
        public double of(double value) {
            return value < threshold ? -magnitude : magnitude;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.bipolar(this);
        }
    }

    /** Functions without parameters. */
    enum Fixed implements ElementwiseFunction {
        /** 1 / (1 + exp(−x)) */
        LOGISTIC,
        TANH,
        /** x·min(6, max(0, x + 3)) / 6 */
        HARD_SWISH,
        /** min(1, max(−1, x)) */
        RELU_N1_TO_1,
        /** exp(x) − 1 below 0 */
        ELU,
        ABS,
        NEG,
        EXP,
        SQUARE,
        /** x·Φ(x), Φ the normal distribution */
        GELU,
        /** GELU with Φ approximated by tanh */
        GELU_TANH;

        private static final double TANH_CUBIC = 0.044715;

        @Override
        public double of(double value) {
            return switch (this) {
                case LOGISTIC -> 1 / (1 + StrictMath.exp(-value));
                case TANH -> StrictMath.tanh(value);
                case HARD_SWISH -> value * Math.min(6, Math.max(0, value + 3)) / 6;
                case RELU_N1_TO_1 -> Math.min(1, Math.max(-1, value));
                case ELU -> value < 0 ? StrictMath.expm1(value) : value;
                case ABS -> Math.abs(value);
                case NEG -> -value;
                case EXP -> StrictMath.exp(value);
                case SQUARE -> value * value;
                case GELU -> value * NormalDistribution.below(value);
                case GELU_TANH -> {
                    double inner = Math.sqrt(2 / Math.PI) * (value + TANH_CUBIC * value * value * value);
                    yield value * (1 + StrictMath.tanh(inner)) / 2;
                }
            };
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.fixed(this);
        }
    }
}
