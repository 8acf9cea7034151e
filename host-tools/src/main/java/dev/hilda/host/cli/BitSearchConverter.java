// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.quantize.bits.BitSearch;

final class BitSearchConverter extends LabelConverter<BitSearch> {
    BitSearchConverter() {
        super(BitSearch.values(), BitSearch::label);
    }
}
