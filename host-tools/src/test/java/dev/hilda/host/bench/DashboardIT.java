// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.http.ApiAnswer;
import dev.hilda.agent.http.ApiServer;
import dev.hilda.agent.http.Caller;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.http.Route;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.ResultMessages;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.BrokerConnection;
import dev.hilda.agent.publish.mqtt.MqttPublisher;
import dev.hilda.agent.result.BenchState;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunProgress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** {@code hilda dashboard} with a real broker, in a real browser. */
class DashboardIT {
    private static final Pattern URL = Pattern.compile("dashboard of \\S+ at (\\S+);");
    private static final Instant NOW = Instant.now();
    private static final String FIRST = "lab-1";
    private static final String SECOND = "lab-2";

    @TempDir
    private static Path browserFolder;

    private static Browser browser;

    private final Map<String, Process> dashboards = new HashMap<>();

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @BeforeAll
    static void startBrowser() throws IOException {
        browser = new Browser(browserFolder);
    }

    @AfterAll
    static void endBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Starts a dashboard; several at a time by different names. */
    private String dashboard(String name, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("dashboard", "--listen", "127.0.0.1:0"));
        command.addAll(List.of(arguments));
        Process process = bench.startHilda(name, Map.of(), command.toArray(new String[0]));
        Path err = bench.folder().resolve(name + "err");
        for (int attempt = 0; attempt < 1200 && process.isAlive(); attempt++) {
            Matcher url = URL.matcher(Files.readString(err));
            if (url.find()) {
                dashboards.put(name, process);
                return url.group(1);
            }
            Thread.sleep(25);
        }
        throw new AssertionError("no dashboard: " + Files.readString(err));
    }

    private static void publish(String broker, Message... messages) {
        try (BrokerConnection connection = BrokerConnection.open(BrokerAddress.parse(broker), Optional.empty())) {
            List.of(messages).forEach(connection::publish);
        }
    }

    private static Topics topics(Result result) {
        return Topics.of(
                result.run().bench(), result.run().board(), result.run().boardSerial());
    }

    /** What runs publish at their end, of benches that stay online. */
    private static void publishResult(String broker, Result... results) {
        List<Message> messages = new ArrayList<>();
        for (Result result : results) {
            messages.add(Message.state(topics(result).benchStatus(), BenchState.ONLINE));
            messages.add(Message.state(topics(result).boardStatus(), BoardState.IDLE));
            messages.addAll(ResultMessages.of(result, topics(result)));
        }
        publish(broker, messages.toArray(new Message[0]));
    }

    private static void populate(String broker) {
        publishResult(
                broker,
                DashboardSamples.result(
                        "11111111-2222-4333-8444-555555555555",
                        FIRST,
                        "0033002A",
                        "ic01",
                        NOW.minusSeconds(19_000),
                        426,
                        10_231_456),
                DashboardSamples.result(FIRST, "0033002A", "kws01", NOW.minusSeconds(18_600), 456, 4_120_334),
                DashboardSamples.result(FIRST, "00410037", "vww01", NOW.minusSeconds(18_300), 431, 7_010_733),
                DashboardSamples.result(SECOND, "VIRT60EC395B", "shapes", NOW.minusSeconds(900), 486, 2_752_750),
                DashboardSamples.result(SECOND, "VIRT60EC395B", "ic01", NOW.minusSeconds(700), 430, 9_800_100));
        publish(
                broker,
                DashboardSamples.morning(FIRST),
                Message.state("hilda/v1/lab-1/nucleo-h743zi-003B0051/status", BoardState.LOST),
                Message.state(
                        "hilda/v1/lab-2/nucleo-h743zi-00550021/status",
                        BoardState.RESERVED,
                        Map.of(
                                "holder",
                                "alice",
                                "reason",
                                "crash of kws01",
                                "until",
                                NOW.plusSeconds(5000).toString())));
    }

    @Test
    void shouldShowTwoBenchesOfOneBroker() throws Exception {
        String broker = bench.broker();
        populate(broker);
        String url = dashboard("d", "--mqtt", broker);
        browser.open("about:blank");
        browser.requests(); // those of pages before
        browser.open(url);
        browser.await(
                "#night [data-suite='lab-1/nightly']",
                "planned 12, ran 11, regressed 1, open 1, missing 1, not shown 1, flaky 1, data as of");
        browser.await("#scatter", "Figures");
        assertAll(
                () -> assertTrue(browser.text("#attention").contains("nucleo-h743zi-003B0051 of lab-1 is lost")),
                () -> assertTrue(browser.text("#attention").contains("hilda board release 003B0051")),
                () -> assertTrue(browser.text("#regressions")
                        .contains("−2.00 points (−3.20 to −0.80), net −20 images of 1,000")),
                () -> assertTrue(browser.text("#regressions").contains("Seen on another board too")),
                () -> assertTrue(browser.text("#changes").contains("compiler arm-none-eabi-gcc 12.2.1, now")),
                () -> assertTrue(browser.text("#grid").contains("85.10 %")),
                () -> assertTrue(browser.text("#grid").contains("97.20 %"), "the grid has what no suite judged"),
                () -> assertTrue(browser.text("#grid").contains("estimated")),
                () -> assertTrue(browser.text("#boards").contains("reserved by alice until")),
                () -> assertTrue(browser.text("#boards").contains("41, usually 1")),
                () -> assertEquals(6, browser.count("#trends canvas")),
                () -> assertEquals(1, browser.count("#scatter canvas")),
                () -> assertEquals(19, browser.count("#layers tbody tr")),
                () -> assertEquals(10, browser.count("#confusion tbody tr")));
        browser.element("button[id*='ic01'][id*='0033002A']").sendKeys(Keys.ENTER);
        browser.await("#result .figures", "11111111-2222-4333-8444-555555555555");
        shouldBeAccessible();
        List<String> outside = browser.requests().stream()
                .filter(asked -> !asked.startsWith(url))
                .toList();
        assertEquals(List.of(), outside, "requests that leave");
        System.out.println("DashboardIT: first paint " + medianFirstPaint(url) + " ms, median of 5");
    }

    private static void shouldBeAccessible() throws Exception {
        shouldBeAccessible("light", 1280);
        shouldBeAccessible("dark", 390);
        browser.prefers("light");
        browser.size(1280, 900);
    }

    private static void shouldBeAccessible(String scheme, int width) throws Exception {
        browser.prefers(scheme);
        browser.size(width, 900);
        browser.await(() -> browser.tooWide().isEmpty(), () -> "the page scrolls sideways: " + browser.tooWide());
        assertEquals(List.of(), browser.graveFindings(), scheme + " at " + width);
    }

    private static long medianFirstPaint(String url) throws Exception {
        List<Long> paints = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            browser.open("about:blank");
            browser.open(url);
            browser.await("#night .sentence", "planned");
            paints.add(((Number)
                            browser.script("return Math.round(performance.getEntriesByName('first-contentful-paint')[0]"
                                    + "?.startTime ?? -1)"))
                    .longValue());
        }
        return paints.stream().sorted().toList().get(2);
    }

    @Test
    void shouldFollowARunFromItsStartToItsEnd() throws Exception {
        String broker = bench.broker();
        browser.open(dashboard("d", "--mqtt", broker));
        browser.await("#night", "Nothing has been measured yet");
        Result result = DashboardSamples.result(FIRST, "0033002A", "kws01", NOW, 456, 4_120_334);
        try (MqttPublisher publisher = MqttPublisher.start(BrokerAddress.parse(broker), topics(result), remark -> {})) {
            publisher.boardState(BoardState.FLASHING);
            browser.await("#boards", "flashing");
            publisher.progress(new RunProgress(result.run(), new RunProgress.Step("flash", 10_000, 65_536)));
            browser.await("#live", "flash: 10,000 of 65,536, 15 %");
            publisher.boardState(BoardState.STREAMING);
            publisher.progress(new RunProgress(result.run(), new RunProgress.Step("images", 120, 500)));
            browser.await("#live", "images: 120 of 500, 24 %");
            browser.reload();
            browser.await("#live", "images: 120 of 500, 24 %");
            publisher.progress(new RunProgress(result.run(), new RunProgress.Step("images", 240, 500)));
            browser.await("#live", "images: 240 of 500, 48 %");
            publisher.boardState(BoardState.IDLE);
            browser.await("#live", "Nothing runs.");
            publisher.result(result);
            browser.await("#announcement", "Run of kws01 on 0033002A passed.");
            browser.await("#grid", "91.20 %");
            browser.await("#history", "Figures of 1 runs");
        }
        browser.await("#boards", "offline");
    }

    @Test
    void shouldOutliveBrokerAndItself() throws Exception {
        int port = TestBench.freePort();
        String broker = "mqtt://127.0.0.1:" + port;
        Process first = bench.broker(port, "allow_anonymous true");
        publishResult(
                broker, DashboardSamples.result(FIRST, "0033002A", "kws01", NOW.minusSeconds(90), 450, 4_100_000));
        Path store = bench.folder().resolve("heard.db");
        String url = dashboard("d", "--mqtt", broker, "--store", store.toString());
        browser.open(url);
        browser.await("#grid", "90.00 %");
        first.destroy();
        assertTrue(first.waitFor(20, TimeUnit.SECONDS));
        browser.await("#connection", "broker away since");
        browser.await("#attention", "The broker is away");
        assertTrue(browser.text("#grid").contains("90.00 %"), "what was known is gone");
        bench.broker(port, "allow_anonymous true");
        browser.await("#connection", "live");
        publishResult(broker, DashboardSamples.result(FIRST, "0033002A", "kws01", NOW, 456, 4_120_334));
        browser.await("#grid", "91.20 %");
        Process running = Objects.requireNonNull(dashboards.get("d"));
        TestBench.interrupt(running);
        assertTrue(running.waitFor(20, TimeUnit.SECONDS), "Ctrl-C does not end it");
        assertEquals(130, running.exitValue(), bench.outcome("d", running).errText());
        browser.await("#connection", "does not answer");
        String port2 = url.substring(url.lastIndexOf(':') + 1).replace("/", "");
        Process again = bench.startHilda(
                "e",
                Map.of(),
                "dashboard",
                "--listen",
                "127.0.0.1:" + port2,
                "--mqtt",
                broker,
                "--store",
                store.toString());
        browser.await("#connection", "live");
        browser.await("#history", "Figures of 2 runs");
        assertTrue(again.isAlive());
    }

    @Test
    void shouldReserveABoardAndGiveItBack() throws Exception {
        String broker = bench.broker();
        String board = "hilda/v1/lab-1/nucleo-h743zi-0033002A/status";
        publish(
                broker,
                Message.state(Topics.benchStatus(FIRST), BenchState.ONLINE),
                Message.state(board, BoardState.IDLE),
                Message.state("hilda/v1/lab-2/nucleo-h743zi-00550021/status", BoardState.IDLE));
        List<String> asked = new CopyOnWriteArrayList<>();
        Path token = Files.writeString(bench.folder().resolve("token"), "s3cret\n");
        try (ApiServer agent = agent(broker, board, asked)) {
            browser.open(dashboard("d", "--mqtt", broker, "--agent", agent.url(), "--token-file", token.toString()));
            browser.await("#boards", "Reserve 0033002A");
            assertFalse(browser.text("#boards").contains("Reserve 00550021"), "a board of no agent of this dashboard");
            browser.element("[data-board=nucleo-h743zi-0033002A] button").sendKeys(Keys.ENTER);
            browser.element("#reserve-why").sendKeys("a <b>crash</b>", Keys.ENTER);
            browser.await("#boards", "reserved by ci until");
            assertEquals(List.of("reserve 0033002A 7200 a <b>crash</b> false"), asked);
            assertTrue(browser.text("#boards").contains("(a <b>crash</b>)"), browser.text("#boards"));
            browser.element("[data-board=nucleo-h743zi-0033002A] button").click();
            browser.await("#boards", "Reserve 0033002A");
            assertEquals("release 0033002A", asked.get(1));
            browser.await(() -> browser.count("dialog[open]") == 0, () -> "the dialog stays");
            assertEquals(List.of(), browser.graveFindings());
        }
    }

    /** As an agent answers, and says over MQTT what has become of its board. */
    private static ApiServer agent(String broker, String board, List<String> asked) {
        Map<String, Object> boards = Map.of("boards", List.of(Map.of("bench", FIRST, "serial", "0033002A")));
        return ApiServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                List.of(
                        Route.of("GET", "/v1/boards", Role.READ, request -> ApiAnswer.ok(boards)),
                        Route.of("POST", "/v1/boards/*/reservation", Role.OPERATE, request -> {
                            Map<String, String> fields = request.fields();
                            asked.add("reserve " + request.variables().get(0) + " " + fields.get("for_s") + " "
                                    + fields.get("why") + " " + fields.get("now"));
                            publish(
                                    broker,
                                    Message.state(
                                            board,
                                            BoardState.RESERVED,
                                            Map.of(
                                                    "holder",
                                                    "ci",
                                                    "reason",
                                                    String.valueOf(fields.get("why")),
                                                    "until",
                                                    NOW.plusSeconds(7200).toString())));
                            return ApiAnswer.ok(Map.of());
                        }),
                        Route.of("DELETE", "/v1/boards/*/reservation", Role.OPERATE, request -> {
                            asked.add("release " + request.variables().get(0));
                            publish(broker, Message.state(board, BoardState.IDLE));
                            return ApiAnswer.ok(Map.of());
                        })),
                secret -> secret.equals("s3cret") ? Optional.of(new Caller("ci", Role.OPERATE)) : Optional.empty(),
                (caller, action, status) -> {},
                new LongAdder());
    }

    @Test
    void shouldSayWhatToDoWhereNothingWasMeasuredAndTakeNothingForMarkup() throws Exception {
        String broker = bench.broker();
        browser.open(dashboard("d", "--mqtt", broker));
        browser.await("#night", "hilda run MODEL.hilda --on BOARD");
        publish(broker, Message.state(Topics.benchStatus(SECOND), BenchState.ONLINE));
        browser.await("#night [data-bench=lab-2]", "lab-2 has measured nothing yet");
        browser.await("#boards", "No board has been heard of here");
        String markup = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
        publish(
                broker,
                Message.state(
                        "hilda/v1/lab-2/nucleo-1/status",
                        BoardState.QUARANTINED,
                        Map.of("holder", markup, "reason", markup, "until", markup)),
                new Message("hilda/v1/lab-2/night/" + "s", hostileMorning(markup), "application/json", true, Map.of()));
        publishResult(broker, DashboardSamples.result(SECOND, "1", markup, NOW, 3, 4));
        browser.await("#boards", "quarantined by <img src=x");
        browser.await("#grid", "<img src=x");
        browser.await("#history-choice", "<img src=x");
        browser.await("#attention", "<script>");
        assertEquals(0, browser.count("img, #content script"));
        assertEquals("HILDA dashboard", browser.script("return document.title"));
    }

    private static String hostileMorning(String markup) {
        String text = markup.replace("\\", "\\\\").replace("\"", "\\\"");
        return "{\"schema\":\"hilda/morning/1\",\"outcome\":\"%s\",\"counts\":{\"planned\":\"%s\"},\"data_as_of\":\"%s\",\"attention\":[{\"what\":\"%s\",\"since\":\"%s\",\"command\":\"%s\"}],\"grid\":[{\"model\":\"%s\",\"data_set\":\"%s\",\"state\":\"%s\",\"reason\":\"%s\"}],\"regressions\":[{\"model\":\"%s\"}],\"changes\":[{}],\"boards\":[{}],\"trends\":[{}]}"
                .replace("%s", text);
    }

    /** For the documents: {@code -Dhilda.excludedTests=} draws them into target/pictures. */
    @Test
    @Tag("full")
    void shouldDrawThePicturesOfTheDocuments() throws Exception {
        String broker = bench.broker();
        browser.open(dashboard("d", "--mqtt", broker));
        IntStream.range(0, 30)
                .forEach(run -> publishResult(
                        broker,
                        DashboardSamples.result(
                                FIRST,
                                run % 2 == 0 ? "0033002A" : "00410037",
                                "ic01",
                                NOW.minus(Duration.ofHours(24L * (31 - run))),
                                437 - run % 5,
                                10_230_000 + 1500L * (run % 7))));
        populate(broker);
        browser.await("#history", "Figures of 32");
        Result result = DashboardSamples.result(FIRST, "00410037", "kws01", NOW, 456, 4_120_334);
        try (MqttPublisher publisher = MqttPublisher.start(BrokerAddress.parse(broker), topics(result), remark -> {})) {
            publisher.boardState(BoardState.STREAMING);
            publisher.progress(new RunProgress(result.run(), new RunProgress.Step("images", 310, 500)));
            browser.await("#live", "310 of 500");
            Path folder = Path.of("target", "pictures");
            for (String scheme : List.of("light", "dark")) {
                browser.prefers(scheme);
                for (int width : List.of(1280, 390)) {
                    browser.size(width, 900);
                    Thread.sleep(400);
                    int height = ((Number) browser.script("return document.documentElement.scrollHeight")).intValue();
                    browser.picture(folder.resolve("first-" + scheme + "-" + width + ".png"));
                    browser.size(width, height);
                    Thread.sleep(400);
                    browser.picture(folder.resolve("whole-" + scheme + "-" + width + ".png"));
                }
            }
        }
        browser.prefers("light");
        browser.size(1280, 900);
    }
}
