// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.file.Path;
import java.util.Optional;

/** Reads the samples of one layout, in any order. Holds no open files. */
interface SampleSource {
    int size();

    /** Name of a sample in reports. */
    String id(int index);

    /**
     * The stored values of a sample in the order height, width, channel.
     *
     * @throws DataSetException naming the file that cannot be read, or holds what is no finite number
     */
    byte[] read(int index);

    /** One other picture, prepared as those of this source are; empty where samples are no pictures. */
    default Optional<SampleSource> picture(Path file) {
        return Optional.empty();
    }
}
