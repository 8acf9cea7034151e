// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.bundle.Provenance;
import dev.hilda.agent.bundle.Reference;
import dev.hilda.host.emit.GeneratedSources;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.memory.ArenaMemory;
import dev.hilda.profile.BoardProfile;
import java.util.OptionalDouble;

/** Puts a model's network and firmware into a bundle. */
final class ModelBundle {
    /** Of the reference inputs: nothing else is drawn at random. */
    private static final long SEED = 1;

    private static final int REFERENCE_PROBES = 4;

    private ModelBundle() {}

    /**
     * @param version of this program
     */
    static Bundle of(
            CheckedModel checked,
            QuantizedModel model,
            GeneratedSources sources,
            ArenaMemory arena,
            NetworkFirmware firmware,
            String version) {
        BoardProfile profile = checked.opened().request().profile();
        return new Bundle(
                new Provenance(
                        model.source().fileName(),
                        model.source().sha256(),
                        version,
                        SEED,
                        firmware.compiler(),
                        firmware.compilerFlags(),
                        checked.arguments(),
                        profile.name(),
                        profile.mcu()),
                model.network(),
                firmware.image(),
                firmware.map(),
                Reference.draw(model.network(), SEED, REFERENCE_PROBES),
                SizeReport.of(model, sources, arena, firmware, profile),
                model.calibration()
                        .map(shares -> OptionalDouble.of(shares.clipped()))
                        .orElseGet(OptionalDouble::empty));
    }
}
