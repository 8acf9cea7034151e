// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.util.List;

/**
 * Samples that a list of labels names.
 *
 * @param files of the samples, relative to the data's folder
 * @param labels as many, before any offset
 */
record LabelTable(List<String> files, List<Integer> labels) {
    LabelTable {
        files = List.copyOf(files);
        labels = List.copyOf(labels);
    }
}
