// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.linerate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.hilda.agent.folder.WholeFile;
import dev.hilda.agent.session.RateMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Line rates by ST-Link, in a file of the user's state folder. A rate that failed is tried again after a week: cables and
 * hubs change. A file that cannot be read or written costs a climb, never a run.
 */
public final class RateFile implements RateMemory {
    private static final Logger LOG = LoggerFactory.getLogger(RateFile.class);
    private static final Duration KEPT = Duration.ofDays(7);
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    private final Path file;
    private final String stLinkSerial;
    private final Clock clock;

    /**
     * The memory of one ST-Link.
     *
     * @param file of all; its folder may be missing
     */
    public RateFile(Path file, String stLinkSerial, Clock clock) {
        this.file = file;
        this.stLinkSerial = stLinkSerial;
        this.clock = clock;
    }

    private record Entry(
            @JsonProperty("carried_baud") @Nullable Integer carriedBaud,
            @JsonProperty("failed_baud") @Nullable Integer failedBaud,
            @JsonProperty("found_at") @Nullable Instant foundAt) {
        boolean isFrom(Instant earliest) {
            return foundAt != null && foundAt.isAfter(earliest);
        }
    }

    @Override
    public Known known() {
        return Optional.ofNullable(entries().get(stLinkSerial))
                .filter(entry -> entry.isFrom(clock.instant().minus(KEPT)))
                .map(entry -> new Known(optional(entry.carriedBaud()), optional(entry.failedBaud())))
                .orElse(Known.NOTHING);
    }

    /** What is known already keeps its age: else a bench that runs every night would never try a failed rate again. */
    @Override
    public void keep(Known known) {
        if (known.equals(known())) {
            return;
        }
        Map<String, Entry> entries = entries();
        entries.put(stLinkSerial, new Entry(nullable(known.carried()), nullable(known.failed()), clock.instant()));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            WholeFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(entries));
        } catch (IOException e) {
            LOG.warn("the line's rate was not remembered: {}", e.toString());
        }
    }

    private Map<String, Entry> entries() {
        if (Files.notExists(file)) {
            return new TreeMap<>();
        }
        try {
            Map<String, Entry> read =
                    JSON.readValue(Files.readAllBytes(file), new TypeReference<TreeMap<String, Entry>>() {});
            return read == null ? new TreeMap<>() : read;
        } catch (IOException e) {
            LOG.warn("the remembered rates are not readable: {}", e.toString());
            return new TreeMap<>();
        }
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static @Nullable Integer nullable(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }
}
