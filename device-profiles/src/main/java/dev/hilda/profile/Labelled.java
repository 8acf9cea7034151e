// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.Locale;

/** An enum constant that has a written form in profiles, tables and JSON, for example {@code usb-sysfs}. */
public interface Labelled {
    /** The enum constant's name; every implementation is an enum. */
    String name();

    default String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
