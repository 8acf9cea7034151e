// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a network's run was about.
 *
 * @param model name of the network
 * @param modelHash SHA-256 of the network, which the firmware says in its hello
 * @param dataSet name of the data set
 * @param classNames of its labels, from label 0 on; empty texts for those it does not name, nothing where it names none
 * @param inputSeed that pseudo-random inputs were drawn from
 * @param inputArrays of {@code hilda invoke}, which the inputs came from
 * @param inputClippedShare share of its values more than half a step outside of the range of the network's input
 */
public record Workload(
        String model,
        String modelHash,
        String dataSet,
        Optional<List<String>> classNames,
        OptionalLong inputSeed,
        OptionalInt inputArrays,
        OptionalDouble inputClippedShare) {
    public Workload {
        classNames = classNames.map(List::copyOf);
    }

    /** A label, with its name where it has one. */
    public String labelled(int label) {
        return classNames
                .filter(names -> label < names.size() && !names.get(label).isEmpty())
                .map(names -> label + " (" + names.get(label) + ")")
                .orElse(Integer.toString(label));
    }
}
