// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many instructions each kernel may take: a file under version control, which only a deliberate command changes. */
public final class AcceptedKernels {
    private static final double TOLERANCE = 0.02;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Long> instructions;

    private AcceptedKernels(Map<String, Long> instructions) {
        this.instructions = instructions;
    }

    /**
     * Reads the file; empty where there is none.
     *
     * @throws IOException when it cannot be read or is something else
     */
    public static AcceptedKernels read(Path file) throws IOException {
        Map<String, Long> instructions = new TreeMap<>();
        if (Files.exists(file)) {
            JSON.readTree(file.toFile())
                    .properties()
                    .forEach(entry ->
                            instructions.put(entry.getKey(), entry.getValue().longValue()));
        }
        return new AcceptedKernels(instructions);
    }

    /** Each kernel that takes more than 2 % more than accepted, in words. */
    public List<String> worse(List<KernelTiming> timings) {
        List<String> worse = new ArrayList<>();
        for (KernelTiming timing : timings) {
            Long accepted = instructions.get(timing.key());
            timing.instructions().ifPresent(now -> {
                if (accepted != null && now > accepted * (1 + TOLERANCE)) {
                    worse.add("%s: %d instructions, accepted are %d (%+.1f %%)"
                            .formatted(timing.key(), now, accepted, 100.0 * (now - accepted) / accepted));
                }
            });
        }
        return worse;
    }

    /**
     * Accepts what these took, and keeps all others.
     *
     * @throws IOException when the file cannot be written
     */
    public void accept(List<KernelTiming> timings, Path file) throws IOException {
        Map<String, Long> all = new TreeMap<>(instructions);
        timings.forEach(timing -> timing.instructions().ifPresent(now -> all.put(timing.key(), now)));
        DefaultPrettyPrinter lines = new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, JSON.writer(lines).writeValueAsString(all) + "\n");
    }
}
