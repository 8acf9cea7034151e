// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.retrain.TrainingLoss;

final class TrainingLossConverter extends LabelConverter<TrainingLoss> {
    TrainingLossConverter() {
        super(TrainingLoss.values(), TrainingLoss::label);
    }
}
