// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

/**
 * How long to wait for an acknowledgement: at least as SPEC.md says, longer where the peer has shown to be slower. A
 * virtual board's time passes more slowly than the host's while its host is busy; to repeat frames then only makes it
 * slower. Estimated as in RFC 6298, which takes no sample from a repeated frame and keeps a doubled time until the next
 * sample. Never more than twice the least time.
 */
final class RoundTrip {
    private static final int SMOOTHING = 8;
    private static final int DEVIATION_SMOOTHING = 4;
    private static final int DEVIATIONS = 4;

    private final long leastNanos;
    private boolean timedOut;
    private long smoothedNanos;
    private long deviationNanos;
    private boolean sampled;
    private boolean timing;
    private int timedSequence;
    private long timedAt;

    RoundTrip(long leastNanos) {
        this.leastNanos = leastNanos;
    }

    /** Another session begins. */
    void forget() {
        timedOut = false;
        sampled = false;
        timing = false;
    }

    /** A frame has been sent for the first time. */
    void sent(int sequence, long nowNanos) {
        if (!timing) {
            timing = true;
            timedSequence = sequence;
            timedAt = nowNanos;
        }
    }

    /** Frames before {@code sequence} have arrived. */
    void acknowledged(int sequence, long nowNanos) {
        if (!timing || (short) (sequence - timedSequence) <= 0) {
            return;
        }
        timing = false;
        timedOut = false;
        long sample = nowNanos - timedAt;
        if (sampled) {
            deviationNanos += (Math.abs(smoothedNanos - sample) - deviationNanos) / DEVIATION_SMOOTHING;
            smoothedNanos += (sample - smoothedNanos) / SMOOTHING;
        } else {
            sampled = true;
            smoothedNanos = sample;
            deviationNanos = sample / 2;
        }
    }

    /** Frames are sent again: an acknowledgement no longer tells which sending it is for. */
    void repeating() {
        timing = false;
    }

    /** No acknowledgement came in time. */
    void timedOut() {
        timing = false;
        timedOut = true;
    }

    /** How long to wait now. */
    long timeoutNanos() {
        long mostNanos = 2 * leastNanos;
        if (timedOut) {
            return mostNanos;
        }
        long estimate = sampled ? smoothedNanos + DEVIATIONS * deviationNanos : 0;
        return Math.min(Math.max(leastNanos, estimate), mostNanos);
    }
}
