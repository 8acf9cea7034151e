// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.host.frontend.ModelSource;
import dev.hilda.host.quantize.bits.OverridesFile;
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
        return deciding().add(version).hex();
    }

    /**
     * Digest of all that decides a bundle's bytes.
     *
     * @param program what this program is, to the last instruction
     * @param compiler what the compiler says it is
     */
    String inputsHash(String program, String compiler) {
        return deciding()
                .add(program)
                .add(compiler)
                .add(opened.model().source().fileName())
                .add(opened.request().profile().toString())
                .hex();
    }

    /** Model, data and options. */
    private ContentHash deciding() {
        ModelSource source = opened.model().source();
        ContentHash hash = new ContentHash().add(source.sha256()).add(String.valueOf(source.besideSha256()));
        recipe.map(Recipe::calibration).or(() -> inputData).ifPresent(data -> add(data, hash));
        opened.request()
                .overrides()
                .map(OverridesFile::read)
                .ifPresent(fixed -> hash.add(new TreeMap<>(fixed.weights()).toString())
                        .add(new TreeMap<>(fixed.activations()).toString()));
        arguments().forEach(hash::add);
        return hash;
    }

    /** With what its stored values mean. */
    private static void add(DataSet data, ContentHash hash) {
        hash.add(data.sha256());
        data.sample(0).inputs().forEach(input -> hash.add(input.shape() + " " + input.type() + " " + input.mapping()));
    }
}
