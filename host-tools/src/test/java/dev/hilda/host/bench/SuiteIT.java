// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import dev.hilda.agent.report.MorningFiles;
import dev.hilda.host.bench.TestBench.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.w3c.dom.Element;

/** A suite of five networks on each of three virtual boards, started by its schedule, and what everybody is told of it. */
class SuiteIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SERIALS = List.of("SUITE1", "SUITE2", "SUITE3");
    private static final int NETWORKS = 5;
    private static final int IMAGES = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final Pattern NUMBER = Pattern.compile("(planned|ran|regressed|open|missing) (\\d+)");

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private final AgentUnderTest agent = new AgentUnderTest(bench);
    private Path suite = Path.of("");
    private String broker = "";

    @Test
    @Timeout(900)
    void shouldTellARegressionOfTheSecondNightToEverybody() throws Exception {
        for (String serial : SERIALS) {
            bench.board("--fast-flash", "--serial", serial);
        }
        broker = bench.broker();
        suite = bench.folder().resolve("nightly.yaml");
        List<String> models = new ArrayList<>();
        for (int index = 1; index <= NETWORKS; index++) {
            FaultNetwork network = new FaultNetwork("net" + index, index);
            models.add("  - {file: " + network.bundle(bench.folder()) + ", data: "
                    + network.labelled(bench.folder(), IMAGES, index) + "}");
        }
        // What else the core does is much beside networks so small.
        Files.write(
                bench.folder().resolve("policy.yaml"),
                List.of("cycles: {tolerance_percent: 20}", "bytes: {tolerance_percent: 20}"));
        writeSuite(models);
        agent.start(List.of(
                "bench: it",
                "patience: {discovery_s: 1}",
                "mqtt: {url: '" + broker + "'}",
                "nights: {suites: [nightly.yaml], reports: pages}",
                "boards:",
                "  - {profile: " + FaultBench.BOARD + ", pool: three}"));
        for (String serial : SERIALS) {
            agent.awaitState(serial, "ready");
        }

        JsonNode first = nextNight(0);
        assertEquals("open", first.path("outcome").asText(), first.toString());
        assertEquals(15, first.path("planned").asInt());
        promote(first);

        plantARegression();
        writeSuite(models);
        agent.ask("suite", "list");
        bench.hilda("agent", "--reload", "--agent", agent.url());
        JsonNode second = nextNight(1);
        assertEquals(
                "regressed",
                second.path("outcome").asText(),
                () -> "attention " + second.path("morning").path("attention") + "\n" + agent.says());
        JsonNode morning = second.path("morning");
        JsonNode accuracy = onlyAccuracyRegression(morning);
        assertEquals("net3", accuracy.path("model").asText());
        assertEquals(
                -IMAGES,
                accuracy.path("verdict").path("paired").path("net_images").asInt());
        assertTrue(accuracy.path("is_seen_elsewhere").asBoolean(), "each board ran it");
        assertEverybodyIsTold(
                "planned 15, ran 15, regressed 1, open 0, missing 0",
                second.path("night_id").asText());
        agent.stop();
    }

    /** At the beginning of the next minute but one: there is time to start, or to read it again. */
    private void writeSuite(List<String> models) throws Exception {
        ZonedDateTime soon = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(75);
        List<String> lines = new ArrayList<>(List.of(
                "suite: nightly",
                "schedule: '" + soon.getMinute() + " " + soon.getHour() + " * * *'",
                "time_zone: UTC",
                "deadline_minutes: 10",
                "pool: three",
                "boards: each",
                "policy: policy.yaml",
                "models:"));
        lines.addAll(models);
        Files.write(suite, lines);
    }

    /** Waits for a night beyond so many. */
    private JsonNode nextNight(int before) throws Exception {
        List<JsonNode> judged = new ArrayList<>();
        agent.await(PATIENCE, () -> {
            judged.clear();
            try {
                agent.client().get("/v1/nights").path("nights").forEach(night -> {
                    if (night.path("state").asText().equals("judged")) {
                        judged.add(night);
                    }
                });
            } catch (BenchFailure reloading) {
                return false;
            }
            return judged.size() > before;
        });
        JsonNode night = judged.get(0);
        assertEquals("schedule", night.path("started_by").asText());
        return agent.client().get("/v1/nights/" + night.path("night_id").asText());
    }

    /** The first run of each network. */
    private void promote(JsonNode night) throws Exception {
        TreeMap<String, String> runs = new TreeMap<>();
        night.path("morning")
                .path("grid")
                .forEach(cell -> runs.putIfAbsent(
                        cell.path("model").asText(), cell.path("run_id").asText()));
        assertEquals(NETWORKS, runs.size());
        for (String run : runs.values()) {
            Outcome outcome = bench.hilda("baseline", "promote", run);
            assertEquals(0, outcome.exitCode(), outcome.errText());
        }
    }

    /** Other weights under the name of the third. */
    private void plantARegression() throws Exception {
        Path other = Files.createDirectories(bench.folder().resolve("retrained"));
        Files.move(
                new FaultNetwork("net3", 3).retrained().bundle(other),
                bench.folder().resolve("net3.hilda"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static JsonNode onlyAccuracyRegression(JsonNode morning) {
        List<JsonNode> found = new ArrayList<>();
        morning.path("regressions").forEach(regression -> {
            if (regression.path("verdict").path("metric").asText().equals("accuracy")) {
                found.add(regression);
            }
        });
        assertEquals(1, found.size(), morning.toString());
        return found.get(0);
    }

    private void assertEverybodyIsTold(String sentence, String nightId) throws Exception {
        Path pages = bench.folder().resolve("pages/nightly");
        agent.await(() -> Files.exists(pages.resolve(nightId).resolve(MorningFiles.WEBHOOK)));
        assertEquals(numbers(sentence), numbers(Files.readString(pages.resolve(MorningFiles.HTML))));
        assertEquals(numbers(sentence), numbers(Files.readString(pages.resolve(MorningFiles.MARKDOWN))));
        Element junit = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(pages.resolve(MorningFiles.JUNIT).toFile())
                .getDocumentElement();
        assertEquals(15, junit.getElementsByTagName("testcase").getLength());
        assertEquals(1, junit.getElementsByTagName("failure").getLength());
        assertEquals(0, junit.getElementsByTagName("error").getLength());
        JsonNode told = retained();
        assertEquals(nightId, told.path("night_id").asText());
        assertEquals(1, told.path("counts").path("regressed").asInt());
        assertEquals("regressed", told.path("outcome").asText());
        Path copy = bench.folder().resolve("report");
        Outcome outcome = bench.hilda("suite", "report", "nightly", "-o", copy.toString());
        assertEquals(12, outcome.exitCode(), outcome.errText());
        assertTrue(outcome.out().get(0).contains(sentence), outcome.out().toString());
        assertEquals(
                Files.readString(pages.resolve(MorningFiles.JUNIT)),
                Files.readString(copy.resolve(MorningFiles.JUNIT)));
    }

    /** Of the first sentence with such numbers. */
    private static TreeMap<String, Integer> numbers(String text) {
        TreeMap<String, Integer> numbers = new TreeMap<>();
        Matcher matcher = NUMBER.matcher(text);
        while (numbers.size() < 5 && matcher.find()) {
            numbers.putIfAbsent(matcher.group(1), Integer.parseInt(matcher.group(2)));
        }
        return numbers;
    }

    private JsonNode retained() throws Exception {
        try (MqttConnection connection = MqttConnection.open(BrokerAddress.parse(broker), Optional.empty())) {
            connection.subscribe("hilda/v1/it/night/nightly");
            return JSON.readTree(
                    connection.next(Duration.ofSeconds(20)).orElseThrow().content());
        }
    }
}
