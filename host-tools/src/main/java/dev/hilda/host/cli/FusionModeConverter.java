// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.memory.FusionMode;

final class FusionModeConverter extends LabelConverter<FusionMode> {
    FusionModeConverter() {
        super(FusionMode.values(), FusionMode::label);
    }
}
