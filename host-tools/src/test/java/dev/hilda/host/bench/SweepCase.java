// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.host.firmware.FirmwareLimits;
import dev.hilda.host.firmware.Optimization;
import dev.hilda.host.kernel.KernelScheme;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** What a seed says of a case of the compiler sweep: the network, its input and how it is compiled. */
record SweepCase(long seed) {
    static final List<Optimization> FLAGS =
            List.of(Optimization.O2, Optimization.O3, Optimization.OS, Optimization.LTO);

    /** The first seeds, but for the one in 100,000 whose kernels need more than the firmware leaves. */
    static List<SweepCase> from(long firstSeed, int count) {
        long scratchBytes = FirmwareLimits.read().scratchBytes();
        return LongStream.iterate(firstSeed, next -> next + 1)
                .mapToObj(SweepCase::new)
                .filter(each -> KernelScheme.scratchBytes(each.network()) <= scratchBytes)
                .limit(count)
                .toList();
    }

    IntegerNetwork network() {
        return RandomNetworks.sample(seed);
    }

    Optimization optimization() {
        return FLAGS.get(new SplittableRandom(~seed).nextInt(FLAGS.size()));
    }

    byte[] input() {
        return RandomNetworks.packedInput(network(), -seed);
    }

    int[] expected() {
        return Oracle.of(network()).run(input());
    }
}
