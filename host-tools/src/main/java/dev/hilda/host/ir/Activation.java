// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

/** What is applied to an operator's result. */
public enum Activation {
    NONE,
    /** max(0, x) */
    RELU,
    /** min(6, max(0, x)) */
    RELU6;

    /** The activation of a real value. */
    public double of(double value) {
        return switch (this) {
            case NONE -> value;
            case RELU -> Math.max(0, value);
            case RELU6 -> Math.min(6, Math.max(0, value));
        };
    }
}
