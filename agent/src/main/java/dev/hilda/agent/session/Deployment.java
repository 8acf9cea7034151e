// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.bundle.FusedLayers;
import dev.hilda.agent.bundle.Provenance;
import dev.hilda.agent.bundle.Reference;
import dev.hilda.agent.network.IntegerNetwork;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A network with the firmware that runs it.
 *
 * @param network as the oracle executes it
 * @param modelHash SHA-256 that the firmware says in its hello, 64 hexadecimal digits
 * @param image what is flashed
 * @param reference outputs of the oracle that the network was built with
 * @param fused its layers that take turns
 * @param calibratedClipping as in {@link Bundle}
 * @param bundleSha256 of the bundle with all of it, written or not, 64 hexadecimal digits
 */
public record Deployment(
        IntegerNetwork network,
        String modelHash,
        FirmwareImage image,
        Reference reference,
        Provenance provenance,
        List<FusedLayers> fused,
        OptionalDouble calibratedClipping,
        String bundleSha256) {
    public Deployment {
        fused = List.copyOf(fused);
    }

    /** What a bundle holds. */
    public static Deployment of(Bundle bundle) {
        return new Deployment(
                bundle.network(),
                bundle.modelHash(),
                bundle.image(),
                bundle.reference(),
                bundle.provenance(),
                bundle.report().fused(),
                bundle.calibratedClipping(),
                bundle.sha256());
    }

    /** What the firmware must say of itself. */
    public ExpectedFirmware expected() {
        return ExpectedFirmware.network(modelHash);
    }
}
