// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.quantize.bits.RamModel;

final class RamModelConverter extends LabelConverter<RamModel> {
    RamModelConverter() {
        super(RamModel.values(), RamModel::label);
    }
}
