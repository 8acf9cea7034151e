// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.ReshapeLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** All at once where the packing stays, else code by code: {@code kernels/movement.h}. */
public record ReshapeScheme(ReshapeLayer layer, Tensor input, Tensor output) implements CodeScheme {
    @Override
    public String kernelName() {
        return "reshape_a%d".formatted(input.bits());
    }

    @Override
    public Optional<String> objection() {
        return Optional.empty();
    }

    /** All at once is memcpy, for which input and output are one or do not overlap: as if read after it is written. */
    @Override
    public List<Reach> reach() {
        Reach.Trace trace = new Reach.Trace();
        if (keepsPacking()) {
            trace.read(0, input.packedBytes());
            trace.write(output.packedBytes());
            trace.read(0, input.packedBytes());
        } else {
            for (int element = 0; element < input.shape().elements(); element++) {
                trace.read(through(input, element) - 1, through(input, element));
                trace.write(through(output, element));
            }
        }
        return List.of(trace.reach());
    }

    private boolean keepsPacking() {
        boolean sameChannels = input.shape().channels() == output.shape().channels();
        return sameChannels || (isDense(input) && isDense(output));
    }

    private static boolean isDense(Tensor tensor) {
        return tensor.shape().channels() * tensor.bits() % Byte.SIZE == 0;
    }

    private static long through(Tensor tensor, int element) {
        int channels = tensor.shape().channels();
        return (long) element / channels * tensor.pixelBytes() + Quads.bytesThrough(tensor, element % channels);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.reshape(this);
    }
}
