// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import java.util.Locale;

/** Constants as words for people. */
final class Words {
    private Words() {}

    /** For example {@code power-on} for {@code POWER_ON}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
