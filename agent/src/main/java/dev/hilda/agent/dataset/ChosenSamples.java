// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.file.Path;
import java.util.Optional;

/** Some of the samples of another source. */
final class ChosenSamples implements SampleSource {
    private final SampleSource all;
    private final int[] chosen;

    ChosenSamples(SampleSource all, int[] chosen) {
        this.all = all;
        this.chosen = chosen;
    }

    @Override
    public int size() {
        return chosen.length;
    }

    @Override
    public String id(int index) {
        return all.id(chosen[index]);
    }

    @Override
    public byte[] read(int index) {
        return all.read(chosen[index]);
    }

    @Override
    public Optional<SampleSource> picture(Path file) {
        return all.picture(file);
    }
}
