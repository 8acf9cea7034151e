// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;

/** Four neighbouring channels, which several kernels read and write at a time; the last of a pixel may have fewer. */
final class Quads {
    static final int CHANNELS = 4;

    private Quads() {}

    /** Of so many channels, the last filled up. */
    static int count(int channels) {
        return (channels + CHANNELS - 1) / CHANNELS;
    }

    /** Bytes before a pixel's channel, from where its code is read or written. */
    static long bytesBefore(Tensor tensor, long channel) {
        return channel * tensor.bits() / Byte.SIZE;
    }

    /** Bytes to the end of a pixel's channel. */
    static long bytesThrough(Tensor tensor, long channel) {
        return ((channel + 1) * tensor.bits() + Byte.SIZE - 1) / Byte.SIZE;
    }
}
