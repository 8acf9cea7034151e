// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.TensorShape;
import java.util.List;
import java.util.Optional;

/**
 * What the YAML of a data set says, of its only input or of one of several.
 *
 * @param file the YAML, in messages
 * @param classes names of the labels from 0 on, before any offset; may be empty
 * @param input of a set for several inputs, the name of the one that it is for
 * @param output name of the output that the metric judges
 */
record DataSetDescription(
        String file,
        String name,
        List<String> classes,
        TensorShape shape,
        ElementType type,
        RealMapping mapping,
        Optional<Metric> metric,
        Optional<String> input,
        Optional<String> output) {
    /** The same with what another says of the set as a whole. */
    DataSetDescription judged(DataSetDescription whole) {
        return new DataSetDescription(
                whole.file, whole.name, whole.classes, shape, type, mapping, whole.metric, input, whole.output);
    }

    /** The same for one picture that nothing is known of. */
    DataSetDescription unjudged(String picture) {
        return new DataSetDescription(
                file, picture, classes, shape, ElementType.U8, mapping, Optional.of(Metric.NONE), input, output);
    }
}
