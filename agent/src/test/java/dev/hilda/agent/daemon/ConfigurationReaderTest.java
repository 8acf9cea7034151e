// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.cli.AgentCommand;
import dev.hilda.agent.daemon.BenchConfiguration.BoardEntry;
import dev.hilda.agent.daemon.BenchConfiguration.Certificate;
import dev.hilda.agent.daemon.BenchConfiguration.Limits;
import dev.hilda.agent.daemon.BenchConfiguration.Listening;
import dev.hilda.agent.daemon.BenchConfiguration.Nights;
import dev.hilda.agent.daemon.BenchConfiguration.Patience;
import dev.hilda.agent.daemon.BenchConfiguration.Quarantine;
import dev.hilda.agent.publish.mqtt.MqttVersion;
import dev.hilda.agent.store.ServerAddress;
import dev.hilda.agent.store.StoreAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationReaderTest {
    private static final Set<String> PROFILES = Set.of("nucleo-h743zi", "virtual-nucleo-h743zi");

    @TempDir
    private Path folder;

    private BenchConfiguration read(String... lines) throws IOException {
        Path file = Files.write(folder.resolve("bench.yaml"), List.of(lines));
        return ConfigurationReader.read(file, "lab host", PROFILES);
    }

    private String refusal(String... lines) {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> read(lines));
        assertEquals(FailureKind.CONFIGURATION, failure.kind());
        return String.valueOf(failure.getMessage());
    }

    @Test
    void shouldHaveADefaultForAllButTheBoards() throws IOException {
        assertEquals(
                new BenchConfiguration(
                        "lab-host",
                        new Listening("127.0.0.1", 8460, Optional.empty(), false),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(new BoardEntry(
                                "nucleo-h743zi",
                                Optional.empty(),
                                "nucleo-h743zi",
                                false,
                                Optional.empty(),
                                Optional.empty())),
                        new Nights(List.of(), Optional.empty(), Optional.empty()),
                        new Patience(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(60)),
                        new Quarantine(2, 3, Duration.ofMinutes(5)),
                        new Limits(2048L << 20, 512L << 20)),
                read("boards:", "  - profile: nucleo-h743zi"));
    }

    @Test
    void shouldGiveASwitchDefaultsOfItsOwn() throws IOException {
        BenchConfiguration read = read(
                "boards:", "  - profile: nucleo-h743zi", "    power: {off: [uhubctl, -a, off], on: [uhubctl, -a, on]}");

        assertEquals(
                Optional.of(new PowerSwitch(
                        List.of("uhubctl", "-a", "off"), List.of("uhubctl", "-a", "on"), Duration.ofSeconds(3), 10)),
                read.boards().get(0).power());
    }

    @Test
    void shouldReadEveryKey() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "word\n");
        Path keys = Files.writeString(folder.resolve("keys.p12"), "not looked into yet");
        Path known = Files.writeString(folder.resolve("known.hilda"), "not looked into yet");

        BenchConfiguration read = read(
                "bench: lab-1",
                "listen: {host: 0.0.0.0, port: 9000, keystore: keys.p12, keystore_password_file: secret}",
                "store: {url: 'jdbc:postgresql://db/hilda?sslmode=verify-full', user: lab, password_file: secret}",
                "mqtt: {url: 'mqtt://bench@broker', password_file: secret, version: 3.1.1}",
                "boards:",
                "  - profile: nucleo-h743zi",
                "    serial: 0033002A",
                "    pool: h743",
                "    allow_untested: yes",
                "    probation: known.hilda",
                "    power: {off: [a], on: [b, c d], settle_s: 7, cycles_per_day: 4}",
                "nights: {suites: [nightly.yaml, /srv/weekly.yaml], reports: pages, webhook_file: secret}",
                "patience: {silence_s: 11, discovery_s: 12, stop_s: 13, dead_s: 14}",
                "quarantine: {failures: 5, tries_per_day: 6, back_off_s: 7}",
                "limits: {cache_bytes: 2000000, upload_bytes: 3000000}");

        assertAll(
                () -> assertEquals("lab-1", read.bench()),
                () -> assertEquals(
                        new Nights(
                                List.of(folder.resolve("nightly.yaml"), Path.of("/srv/weekly.yaml")),
                                Optional.of(folder.resolve("pages")),
                                Optional.of(secret)),
                        read.nights()),
                () -> assertEquals(
                        new Listening("0.0.0.0", 9000, Optional.of(new Certificate(keys, secret)), false),
                        read.listening()),
                () -> assertEquals(
                        Optional.of(StoreAddress.of(
                                new ServerAddress("jdbc:postgresql://db/hilda?sslmode=verify-full", "lab", secret))),
                        read.store()),
                () -> assertEquals(
                        "mqtt://bench:***@broker", read.broker().orElseThrow().toString()),
                () -> assertEquals(
                        MqttVersion.V3_1_1, read.broker().orElseThrow().version()),
                () -> assertEquals(
                        Optional.of("word"), read.broker().orElseThrow().password()),
                () -> assertEquals(
                        List.of(new BoardEntry(
                                "nucleo-h743zi",
                                Optional.of("0033002A"),
                                "h743",
                                true,
                                Optional.of(
                                        new PowerSwitch(List.of("a"), List.of("b", "c d"), Duration.ofSeconds(7), 4)),
                                Optional.of(known))),
                        read.boards()),
                () -> assertEquals(
                        new Patience(
                                Duration.ofSeconds(11),
                                Duration.ofSeconds(12),
                                Duration.ofSeconds(13),
                                Duration.ofSeconds(14)),
                        read.patience()),
                () -> assertEquals(new Quarantine(5, 6, Duration.ofSeconds(7)), read.quarantine()),
                () -> assertEquals(new Limits(2_000_000, 3_000_000), read.limits()));
    }

    /** What it says of defaults. */
    @Test
    void shouldHaveAnExampleOfDefaults() throws IOException {
        String example;
        try (InputStream text = AgentCommand.class.getResourceAsStream("bench.yaml")) {
            example = new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
        }
        BenchConfiguration read = read(example);
        BenchConfiguration usual = read("boards: [{profile: nucleo-h743zi}]");

        assertAll(
                () -> assertEquals(usual.listening(), read.listening()),
                () -> assertEquals(usual.patience(), read.patience()),
                () -> assertEquals(usual.quarantine(), read.quarantine()),
                () -> assertEquals(usual.limits(), read.limits()),
                () -> assertEquals("h743", read.boards().get(0).pool()));
    }

    @Test
    void shouldTellEveryProblemAtOnce() {
        String refusal = refusal(
                "bench: two words",
                "listen: {host: 0.0.0.0, port: 70000}",
                "mqtt: {url: http://broker, password_file: nowhere}",
                "boards:",
                "  - profile: nucleo-h74",
                "    serial: 0033002A",
                "    power: {off: [], on: [b]}",
                "  - profile: nucleo-h743zi",
                "    serial: 0033002A",
                "    colour: red",
                "quarantine: {failures: 0}",
                "patience: {stop: 3}");

        Stream.of(
                        "bench.yaml:1: bench: expected letters",
                        "bench.yaml:2: listen.port: expected a whole number from 0 to 65535, got 70000",
                        "bench.yaml:2: listen.host: expected TLS",
                        "bench.yaml:3: mqtt.password_file: expected a file that this user may read",
                        "bench.yaml:5: boards.nucleo-h74.profile: expected one of nucleo-h743zi, virtual-nucleo-h743zi",
                        "bench.yaml:7: boards.nucleo-h74.power.off: expected at least 1 item",
                        "bench.yaml:9: boards.nucleo-h743zi.serial: expected each board once, got 0033002A again",
                        "bench.yaml:10: boards.nucleo-h743zi.colour: expected",
                        "bench.yaml:11: quarantine.failures: expected a whole number from 1 to 100, got 0",
                        "bench.yaml:12: patience.stop: expected")
                .forEach(problem -> assertTrue(refusal.contains(problem), () -> problem + "\nis not in\n" + refusal));
        assertTrue(refusal.contains("10 problems"), refusal);
    }

    /** What other machines reach is encrypted by somebody. */
    @Test
    void shouldListenForOthersBehindAProxyOnlyWhenToldSo() throws IOException {
        String boards = "boards: [{profile: nucleo-h743zi}]";

        assertTrue(refusal("listen: {host: 0.0.0.0}", boards).contains("behind_proxy"));
        assertTrue(read("listen: {host: 0.0.0.0, behind_proxy: yes}", boards)
                .listening()
                .isBehindProxy());
        assertEquals("::1", read("listen: {host: '::1'}", boards).listening().host());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{file: a, url: 'jdbc:postgresql://db/hilda?sslmode=verify-full', user: u, password_file: bench.yaml}",
                "{url: 'jdbc:postgresql://db/hilda?sslmode=verify-full', user: u}",
                "{url: 'jdbc:postgresql://db/hilda', user: u, password_file: bench.yaml}",
                "{user: u}"
            })
    void shouldRefuseAStoreThatIsNoneOrNotSafe(String store) {
        assertTrue(
                refusal("boards: [{profile: nucleo-h743zi}]", "store: " + store).contains("bench.yaml:2: store"));
    }

    @Test
    void shouldFindAStoreBesideTheConfiguration() throws IOException {
        assertEquals(
                Optional.of(StoreAddress.of(folder.resolve("shared.db"))),
                read("boards: [{profile: nucleo-h743zi}]", "store: {file: shared.db}")
                        .store());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "boards: []", "boards: 3", "- a", "boards: [{profile: nucleo-h743zi}", "a: &a [*a]"})
    void shouldRefuseWhatIsNoConfiguration(String text) {
        assertTrue(refusal(text).contains("bench.yaml"));
    }

    @Test
    void shouldNameAFileThatIsNotThere() {
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> ConfigurationReader.read(folder.resolve("none.yaml"), "host", PROFILES));

        assertTrue(String.valueOf(failure.getMessage()).contains("none.yaml"));
    }

    /** A message that is logged shows no password. */
    @Test
    void shouldKeepAPasswordOutOfTheRefusal() {
        String refusal = refusal("mqtt: {url: 'http://bench:geheim@broker'}", "boards: [{profile: nucleo-h743zi}]");

        assertTrue(refusal.contains("bench:***@broker") && !refusal.contains("geheim"), refusal);
    }
}
