// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The chips that the firmware runs on: its ports, and how the part numbers of each begin. */
public final class FirmwarePorts {
    private static final Map<String, List<String>> PARTS = Map.of("stm32h743", List.of("STM32H743", "STM32H753"));

    private FirmwarePorts() {}

    /** How the part numbers of all chips with a port begin. */
    public static List<String> parts() {
        return PARTS.values().stream().flatMap(List::stream).toList();
    }

    /** The name of the port for this chip, also of its folder; none where the firmware does not run. */
    static Optional<String> of(String mcu) {
        return PARTS.entrySet().stream()
                .filter(port -> port.getValue().stream().anyMatch(mcu::startsWith))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
