// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset.shapes;

/**
 * Pseudorandom numbers after Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014, figure
 * 15. Written out here because images must not change when a JDK changes its generators.
 */
final class SplitMix64 {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    SplitMix64(long seed) {
        // Seeds in use are consecutive; their streams must not overlap after a few steps.
        this.state = mix(seed);
    }

    /** 64 random bits. */
    long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform over {@code low} … {@code high}, both included, but for a bias below 2^−31. */
    int between(int low, int high) {
        long range = (long) high - low + 1;
        return (int) (low + (((next() >>> 32) * range) >>> 32));
    }

    /** True in {@code percent} of 100 cases. */
    boolean chance(int percent) {
        return between(0, 99) < percent;
    }

    private static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
