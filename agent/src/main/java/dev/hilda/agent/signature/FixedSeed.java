// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.signature;

import java.security.SecureRandom;
import java.util.Arrays;

/** Gives a known seed in place of random bytes, once, so that a pair of keys is generated again. */
final class FixedSeed extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] seed;

    FixedSeed(byte[] seed) {
        this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
        if (bytes.length != seed.length) {
            throw new IllegalStateException(
                    "expected to be asked for " + seed.length + " bytes of a seed, got " + bytes.length);
        }
        System.arraycopy(seed, 0, bytes, 0, seed.length);
        Arrays.fill(seed, (byte) 0);
    }
}
