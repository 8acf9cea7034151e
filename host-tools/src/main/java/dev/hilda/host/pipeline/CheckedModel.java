// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.host.quantize.bits.OverridesFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model of which everything is known to be there that the long work needs.
 *
 * @param recipe what its codes are decided by; empty where the file keeps its own
 * @param inputData what decides the codes of inputs alone, where the file keeps its own and lacks these
 */
public record CheckedModel(OpenedModel opened, Optional<Recipe> recipe, Optional<DataSet> inputData) {
    /**
     * What a network's codes are decided by.
     *
     * @param calibration inputs like those that it will meet
     */
    public record Recipe(BitPlan plan, DataSet calibration) {}

    /** The same with other bits for what is to be quantized. */
    CheckedModel with(BitPlan plan) {
        return new CheckedModel(opened, recipe.map(before -> new Recipe(plan, before.calibration())), inputData);
    }

    /** What its network reads. */
    public List<InputSlot> inputs() {
        return ModelInterface.inputs(opened.model().graph());
    }

    /** What its network makes of it. */
    public List<NetworkOutput> outputs() {
        return ModelInterface.outputs(opened.model().graph());
    }

    /** What was asked of quantization, in the command's words. */
    List<String> arguments() {
        return opened.request()
                .arguments(recipe.map(found -> found.calibration().name()), inputData.map(DataSet::name));
    }

    /**
     * Digest of all that decides what retraining ends in.
     *
     * @param version of this program
     */
    String trainingRecipe(String version) {
        QuantizeRequest request = opened.request();
        List<String> parts =
                new ArrayList<>(List.of(version, opened.model().source().sha256()));
        recipe.ifPresent(found -> parts.add(found.calibration().sha256()));
        request.overrides().map(OverridesFile::read).ifPresent(fixed -> {
            parts.add(new TreeMap<>(fixed.weights()).toString());
            parts.add(new TreeMap<>(fixed.activations()).toString());
        });
        parts.addAll(arguments());
        return Sha256.hex(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    }
}
