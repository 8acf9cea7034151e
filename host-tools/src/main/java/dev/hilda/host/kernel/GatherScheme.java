// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.GatherLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs of neighbouring pixels where all channels are taken, else of channels; code by code where these begin or end
 * within a byte: {@code kernels/gather.h}.
 */
public record GatherScheme(GatherLayer layer, Tensor input, Tensor output) implements KernelScheme {
    private static final int RUN_BYTES = 4;

    /** Neighbouring indices of the input along an axis. */
    public record Run(int first, int count) {}

    @Override
    public String kernelName() {
        return "gather_a%d".formatted(input.bits());
    }

    @Override
    public Optional<String> objection() {
        return Optional.empty();
    }

    @Override
    public Constants constants() {
        int runs = rows().size() + columns().size() + channels().size();
        return Constants.table((long) RUN_BYTES * runs);
    }

    @Override
    public long scratchBytes() {
        return 0;
    }

    public List<Run> rows() {
        return runs(layer.rows());
    }

    public List<Run> columns() {
        return runs(layer.columns());
    }

    public List<Run> channels() {
        return runs(layer.channels());
    }

    private static List<Run> runs(Ints indices) {
        List<Run> runs = new ArrayList<>();
        int start = 0;
        for (int next = 1; next <= indices.size(); next++) {
            if (next == indices.size() || indices.get(next) != indices.get(next - 1) + 1) {
                runs.add(new Run(indices.get(start), next - start));
                start = next;
            }
        }
        return List.copyOf(runs);
    }

    /** Whether all channels are taken, in their order. */
    public boolean isOfWholePixels() {
        return channels().equals(List.of(new Run(0, input.shape().channels())));
    }

    /** Whether every run of channels begins and ends at a byte; the end of a pixel is one, as its last byte is filled up. */
    public boolean isOfBytes() {
        int written = 0;
        for (Run run : channels()) {
            int end = run.first() + run.count();
            boolean endsInside = !isAtByte(end) && end < input.shape().channels();
            if (!isAtByte(run.first()) || !isAtByte(written) || endsInside) {
                return false;
            }
            written += run.count();
        }
        return true;
    }

    private boolean isAtByte(int channel) {
        return channel * input.bits() % Byte.SIZE == 0;
    }

    /** A run is copied by memcpy, for which its two places may not overlap: as if it were read after it is written. */
    @Override
    public List<Reach> reach() {
        Reach.Trace trace = new Reach.Trace();
        List<Run> columns = columns();
        List<Run> channels = channels();
        boolean isOfWholePixels = isOfWholePixels();
        boolean isOfBytes = isOfBytes();
        long written = 0;
        for (int row : layer.rows().toArray()) {
            for (Run run : columns) {
                long readAt = ((long) row * input.shape().width() + run.first()) * input.pixelBytes();
                if (isOfWholePixels) {
                    written = copy(trace, readAt, (long) run.count() * input.pixelBytes(), written);
                    continue;
                }
                for (int pixel = 0; pixel < run.count(); pixel++) {
                    if (isOfBytes) {
                        copyChannels(trace, channels, readAt, written);
                    } else {
                        storeCodes(trace, channels, readAt, written);
                    }
                    readAt += input.pixelBytes();
                    written += output.pixelBytes();
                }
            }
        }
        return List.of(trace.reach());
    }

    private void copyChannels(Reach.Trace trace, List<Run> channels, long readAt, long writeAt) {
        int channel = 0;
        for (Run run : channels) {
            long from = readAt + Quads.bytesBefore(input, run.first());
            long bytes = Quads.bytesThrough(input, run.count() - 1L);
            copy(trace, from, bytes, writeAt + Quads.bytesBefore(output, channel));
            channel += run.count();
        }
    }

    private void storeCodes(Reach.Trace trace, List<Run> channels, long readAt, long writeAt) {
        int channel = 0;
        for (Run run : channels) {
            for (int of = run.first(); of < run.first() + run.count(); of++) {
                trace.read(readAt + Quads.bytesBefore(input, of), readAt + Quads.bytesThrough(input, of));
                trace.write(writeAt + Quads.bytesThrough(output, channel++));
            }
        }
    }

    /** Returns up to where is written then. */
    private static long copy(Reach.Trace trace, long readAt, long bytes, long writeAt) {
        trace.read(readAt, readAt + bytes);
        trace.write(writeAt + bytes);
        trace.read(readAt, readAt + bytes);
        return writeAt + bytes;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.gather(this);
    }
}
