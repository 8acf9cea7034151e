// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.folder.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every form of a judged night, each under the name that CI templates know. */
public final class MorningFiles {
    public static final String HTML = "morning.html";
    public static final String MARKDOWN = "morning.md";
    public static final String JSON = "morning.json";
    public static final String JUNIT = "junit.xml";
    public static final String METRICS = "metrics.txt";
    public static final String CYCLES = "benchmark-cycles.json";
    public static final String ACCURACY = "benchmark-accuracy.json";
    public static final String WEBHOOK = "webhook.json";

    private MorningFiles() {}

    /** What each file holds, by its name. */
    public static Map<String, String> of(Morning morning) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(HTML, MorningHtml.of(morning));
        files.put(MARKDOWN, MorningMarkdown.of(morning));
        files.put(JSON, MorningJson.write(morning) + "\n");
        files.put(JUNIT, MorningJunit.of(morning));
        files.put(METRICS, MorningMetrics.of(morning));
        files.put(CYCLES, MorningBenchmarks.cycles(morning) + "\n");
        files.put(ACCURACY, MorningBenchmarks.accuracy(morning) + "\n");
        files.put(WEBHOOK, MorningWebhook.of(morning) + "\n");
        return files;
    }

    /**
     * Writes them.
     *
     * @param folder is made where it is not there
     */
    public static void write(Morning morning, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, String> file : of(morning).entrySet()) {
            WholeFile.write(folder.resolve(file.getKey()), file.getValue().getBytes(StandardCharsets.UTF_8));
        }
    }
}
