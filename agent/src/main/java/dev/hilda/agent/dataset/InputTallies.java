// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Tensor;
import java.util.Comparator;
import java.util.List;

/** Counts how the codes of a network's inputs hold the values of samples, one sample after another. */
public final class InputTallies {
    private final List<InputTally> tallies;

    /**
     * Nothing has been counted yet.
     *
     * @param inputs of the network, in the order of the samples'
     */
    public InputTallies(List<Tensor> inputs) {
        this.tallies = inputs.stream().map(InputTally::new).toList();
    }

    /** What the samples of a set come to, at least one; reads all of it. */
    public static InputShares of(List<Tensor> inputs, DataSet set) {
        InputTallies counted = new InputTallies(inputs);
        set.forEach(counted::add);
        return counted.shares();
    }

    /** Counts the values of one more sample. */
    public void add(Sample sample) {
        for (int input = 0; input < tallies.size(); input++) {
            tallies.get(input).add(sample.inputs().get(input));
        }
    }

    /** What has been counted, at least one sample; of several inputs that of the one that fits worst. */
    public InputShares shares() {
        return tallies.stream()
                .map(InputTally::shares)
                .max(Comparator.comparing((InputShares shares) -> shares.verdict(0))
                        .thenComparing(InputShares::clipped))
                .orElseThrow();
    }
}
