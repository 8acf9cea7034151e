// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.retrain.ActivationQuantizer;

final class ActivationQuantizerConverter extends LabelConverter<ActivationQuantizer> {
    ActivationQuantizerConverter() {
        super(ActivationQuantizer.values(), ActivationQuantizer::label);
    }
}
