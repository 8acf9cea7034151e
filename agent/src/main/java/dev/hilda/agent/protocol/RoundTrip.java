package dev.hilda.agent.protocol;

/**
 * How long to wait for an acknowledgement: at least as SPEC.md says, longer where the peer has shown to be slower. A
 * virtual board's time passes more slowly than the host's while its host is busy; to repeat frames then only makes it
 * slower. Estimated as in RFC 6298, which takes no sample from a repeated frame and keeps a doubled time until the next
 * sample.
 */
final class RoundTrip {
    private static final int SMOOTHING = 8;
    private static final int DEVIATION_SMOOTHING = 4;
    private static final int DEVIATIONS = 4;

    private final long leastNanos;
    private final long mostNanos;
    private final int maxDoublings;
    private int doublings;
    private long smoothedNanos;
    private long deviationNanos;
    private boolean sampled;
    private boolean timing;
    private int timedSequence;
    private long timedAt;

    /** @param maxDoublings of the least time, also the most that is ever waited */
    RoundTrip(long leastNanos, int maxDoublings) {
        this.leastNanos = leastNanos;
        this.maxDoublings = maxDoublings;
        this.mostNanos = leastNanos << maxDoublings;
    }

    /** Another session begins. */
    void forget() {
        doublings = 0;
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
        doublings = 0;
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
        doublings = Math.min(doublings + 1, maxDoublings);
    }

    /** How long to wait now. */
    long timeoutNanos() {
        long estimate = sampled ? smoothedNanos + DEVIATIONS * deviationNanos : 0;
        return Math.min(Math.max(leastNanos, estimate) << doublings, mostNanos);
    }
}
