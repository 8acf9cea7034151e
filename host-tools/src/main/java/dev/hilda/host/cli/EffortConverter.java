// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.pipeline.Effort;

final class EffortConverter extends LabelConverter<Effort> {
    EffortConverter() {
        super(Effort.values(), Effort::label);
    }
}
