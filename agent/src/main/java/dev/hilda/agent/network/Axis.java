// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/** An axis of a tensor. */
public enum Axis {
    HEIGHT,
    WIDTH,
    CHANNEL;

    /** How far a shape goes along this axis. */
    public int extent(TensorShape shape) {
        return switch (this) {
            case HEIGHT -> shape.height();
            case WIDTH -> shape.width();
            case CHANNEL -> shape.channels();
        };
    }

    /** The same shape with another extent along this axis. */
    public TensorShape with(TensorShape shape, int extent) {
        return switch (this) {
            case HEIGHT -> new TensorShape(extent, shape.width(), shape.channels());
            case WIDTH -> new TensorShape(shape.height(), extent, shape.channels());
            case CHANNEL -> new TensorShape(shape.height(), shape.width(), extent);
        };
    }
}
