// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

/**
 * How far a kernel's reads lie from what it has written, with input and output laid over each other from their first
 * bytes. All kernels write their output upwards.
 *
 * @param behindBytes how far below the end of what it has written it still reads: an output that begins so many bytes
 *     before its input, or more, may be written over it
 * @param aheadBytes how far above the end of what it has written it has read by then
 */
public record Reach(long behindBytes, long aheadBytes) {
    Reach orFarther(Reach other) {
        return new Reach(Math.max(behindBytes, other.behindBytes), Math.max(aheadBytes, other.aheadBytes));
    }

    /** Reads and stores in the order in which they happen. */
    static final class Trace {
        private long writtenBytes;
        private long behind;
        private long ahead;

        /** Bytes {@code from} … {@code to} − 1 of the input. */
        void read(long from, long to) {
            behind = Math.max(behind, writtenBytes - from);
            ahead = Math.max(ahead, to - writtenBytes);
        }

        /** Up to byte {@code to} − 1 of the output. */
        void write(long to) {
            writtenBytes = to;
        }

        Reach reach() {
            return new Reach(behind, ahead);
        }
    }
}
