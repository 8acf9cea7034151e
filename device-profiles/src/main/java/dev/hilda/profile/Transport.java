// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.Locale;

/** OpenOCD transport, written as OpenOCD writes it. */
public enum Transport implements Labelled {
    DAPDIRECT_SWD,
    HLA_SWD;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
