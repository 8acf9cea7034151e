// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import java.util.Locale;

/** What becomes of an image that is there already. */
enum FlashAim {
    /** It is written anew, whatever is there. */
    REPLACE,
    /** It is left alone; another one is replaced. */
    KEEP,
    /** It is left alone, and so is another one, which is a failure. */
    START;

    /** As the flash script says it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
