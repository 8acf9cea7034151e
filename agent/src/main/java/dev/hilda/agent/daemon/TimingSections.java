// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.daemon.BenchConfiguration.Limits;
import dev.hilda.agent.daemon.BenchConfiguration.Patience;
import dev.hilda.agent.daemon.BenchConfiguration.Quarantine;
import dev.hilda.yaml.YamlSection;
import java.time.Duration;
import java.util.Optional;

/** The sections of numbers that all have a default. */
final class TimingSections {
    private static final int HOUR_SECONDS = 3600;
    private static final long MIB = 1L << 20;
    private static final long MOST_BYTES = 1L << 40;

    private TimingSections() {}

    static Patience patience(Optional<YamlSection> section) {
        Patience usual = new Patience(Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofSeconds(60));
        return section.map(given -> {
                    Patience read = new Patience(
                            seconds(given, "silence_s", HOUR_SECONDS, usual.silence()),
                            seconds(given, "discovery_s", HOUR_SECONDS, usual.discovery()),
                            seconds(given, "stop_s", HOUR_SECONDS, usual.stop()));
                    given.finish();
                    return read;
                })
                .orElse(usual);
    }

    static Quarantine quarantine(Optional<YamlSection> section) {
        Quarantine usual = new Quarantine(2, 3, Duration.ofMinutes(5));
        return section.map(given -> {
                    Quarantine read = new Quarantine(
                            (int) given.optionalInteger("failures", "", 1, 100).orElse(usual.failures()),
                            (int) given.optionalInteger("tries_per_day", "", 0, 100)
                                    .orElse(usual.tries()),
                            seconds(given, "back_off_s", 24 * HOUR_SECONDS, usual.backOff()));
                    given.finish();
                    return read;
                })
                .orElse(usual);
    }

    static Limits limits(Optional<YamlSection> section) {
        Limits usual = new Limits(2048 * MIB, 512 * MIB);
        return section.map(given -> {
                    Limits read = new Limits(
                            given.optionalInteger("cache_bytes", "bytes", MIB, MOST_BYTES)
                                    .orElse(usual.cacheBytes()),
                            given.optionalInteger("upload_bytes", "bytes", MIB, MOST_BYTES)
                                    .orElse(usual.uploadBytes()));
                    given.finish();
                    return read;
                })
                .orElse(usual);
    }

    /** At least one second. */
    static Duration seconds(YamlSection section, String key, long most, Duration usual) {
        return Duration.ofSeconds(section.optionalInteger(key, "s", 1, most).orElse(usual.toSeconds()));
    }
}
