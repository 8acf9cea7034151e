// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.daemon.BenchConfiguration.BoardEntry;
import dev.hilda.yaml.YamlSection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The list {@code boards}.
 *
 * @param profiles names that are known
 */
record BoardSections(List<YamlSection> sections, ConfiguredPaths paths, Set<String> profiles) {
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final int CYCLES_PER_DAY = 10;

    List<BoardEntry> read() {
        List<BoardEntry> entries = new ArrayList<>();
        Set<String> claimed = new HashSet<>();
        for (YamlSection section : sections) {
            BoardEntry entry = entry(section);
            if (!claimed.add(entry.serial().orElse(entry.profile()))) {
                section.wrong(
                        entry.serial().isPresent() ? "serial" : "profile",
                        "each board once",
                        entry.serial().orElse(entry.profile()) + " again",
                        "remove one of them");
            }
            entries.add(entry);
        }
        return entries;
    }

    private BoardEntry entry(YamlSection section) {
        String profile = section.text("profile", "[a-z0-9][a-z0-9-]*", "a profile's name");
        if (!profile.isEmpty() && !profiles.contains(profile)) {
            section.wrong("profile", "one of " + String.join(", ", new TreeSet<>(profiles)), profile, "correct it");
        }
        Optional<String> serial = section.optionalText("serial", "[A-Za-z0-9]{1,31}", "an ST-Link's serial number");
        String pool = section.optionalText(
                        "pool", "[A-Za-z0-9._-]{1,64}", "letters, digits, dots, hyphens, underscores")
                .orElse(profile);
        boolean untested = ListeningSection.isYes(section, "allow_untested");
        Optional<Path> probation = paths.optional(section, "probation");
        Optional<PowerSwitch> power = section.optionalSection("power").map(BoardSections::power);
        section.finish();
        return new BoardEntry(profile, serial, pool, untested, power, probation);
    }

    private static PowerSwitch power(YamlSection section) {
        List<String> off = section.texts("off", 1, "(?s).+", "a program or an argument");
        List<String> on = section.texts("on", 1, "(?s).+", "a program or an argument");
        Duration settle = TimingSections.seconds(section, "settle_s", 60, SETTLE);
        int cycles =
                (int) section.optionalInteger("cycles_per_day", "", 0, 1000).orElse(CYCLES_PER_DAY);
        section.finish();
        return new PowerSwitch(off, on, settle, cycles);
    }
}
