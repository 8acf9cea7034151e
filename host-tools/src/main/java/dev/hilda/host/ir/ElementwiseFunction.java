// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

/** A real function of one value, with its parameters. Gives the same bits on every machine. */
public sealed interface ElementwiseFunction {
    double of(double value);

    <R> R accept(Visitor<R> visitor);

    /** One answer for each function. */
    interface Visitor<R> {
        R leakyRelu(LeakyRelu function);
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
}
