// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.session.Deployment;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;

/** Opens bundles, in which all that a bench needs is there already. */
public final class BundleDeployments implements DeploymentSource {
    @Override
    public Opened open(Path file, BoardProfile profile) {
        Bundle bundle = Bundle.read(file);
        bundle.requireBoard(profile);
        IntegerNetwork network = bundle.network();
        return new Opened(InputSlot.of(network), NetworkOutput.of(network), () -> Deployment.of(bundle));
    }
}
