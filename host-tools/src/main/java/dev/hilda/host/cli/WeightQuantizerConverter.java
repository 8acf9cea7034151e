// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.retrain.WeightQuantizer;

final class WeightQuantizerConverter extends LabelConverter<WeightQuantizer> {
    WeightQuantizerConverter() {
        super(WeightQuantizer.values(), WeightQuantizer::label);
    }
}
