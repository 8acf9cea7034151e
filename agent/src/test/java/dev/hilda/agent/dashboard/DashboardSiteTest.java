// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hilda.agent.http.Access;
import dev.hilda.agent.http.ApiServer;
import dev.hilda.agent.http.Caller;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.http.SignIn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over sockets, since a browser sends headers that Java's client does not let one set. */
class DashboardSiteTest {
    private static final Access ACCESS = token -> switch (token) {
        case "reads" -> Optional.of(new Caller("reader", Role.READ));
        case "operates" -> Optional.of(new Caller("operator", Role.OPERATE));
        default -> Optional.empty();
    };
    private static final String RESERVATION = "/boards/lab/A1/reservation";
    private static final String ORIGIN = "Origin: http://127.0.0.1:PORT";
    private static final String JSON = "Content-Type: application/json";

    private final Entries entries = new Entries(1000, 20);
    private final FakeHistory history = new FakeHistory();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    private final BoardControl control = new BoardControl.Proxy() {
        @Override
        public Map<String, Set<String>> boards() {
            return Map.of("lab", Set.of("A1"));
        }

        @Override
        public void reserve(String bench, String serial, Map<String, String> fields) {
            asked.add("reserve " + bench + " " + serial + " " + new TreeMap<>(fields));
        }

        @Override
        public void release(String bench, String serial) {
            asked.add("release " + bench + " " + serial);
        }
    };

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    private int serve(Door door) {
        DashboardSite site = new DashboardSite(entries, history, control, door);
        ApiServer server = ApiServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                site.routes(),
                ACCESS,
                (caller, action, status) -> {},
                new LongAdder());
        open.add(server);
        open.add(site);
        return URI.create(server.url()).getPort();
    }

    /** Sends a request; the reader is at the answer's first line. */
    private BufferedReader send(int port, String request, String body, String... headers) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        open.add(socket);
        StringBuilder text = new StringBuilder(request + " HTTP/1.1\r\n");
        if (List.of(headers).stream().noneMatch(header -> header.startsWith("Host:"))) {
            text.append("Host: 127.0.0.1:").append(port).append("\r\n");
        }
        for (String header : headers) {
            text.append(header.replace("PORT", String.valueOf(port))).append("\r\n");
        }
        text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private int status(int port, String request, String body, String... headers) throws IOException {
        return Integer.parseInt(send(port, request, body, headers).readLine().split(" ", -1)[1]);
    }

    private List<String> head(BufferedReader answer) throws IOException {
        List<String> head = new ArrayList<>();
        for (String line = answer.readLine(); line != null && !line.isEmpty(); line = answer.readLine()) {
            head.add(line);
        }
        return head;
    }

    /** An event as a browser sees it. */
    private record Event(String id, String type, JsonNode data) {}

    private static Event event(BufferedReader answer) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        while (!fields.containsKey("data")) {
            String line = answer.readLine();
            if (line == null) {
                throw new AssertionError("the stream has ended");
            }
            if (line.matches("(id|event|data): .*")) {
                fields.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(' ') + 1));
            }
        }
        return new Event(
                fields.getOrDefault("id", ""),
                fields.getOrDefault("event", ""),
                Documents.JSON.readTree(fields.getOrDefault("data", "{}")));
    }

    @Test
    void shouldSendTheStateAndThenEachChange() throws Exception {
        int port = serve(Door.open());
        entries.put("a", TextNode.valueOf("line\nbreak \ud800 <b>"));
        BufferedReader stream = send(port, "GET /events", "");
        assertTrue(head(stream).contains("Content-type: text/event-stream"));
        Event first = event(stream);
        assertEquals("state", first.type());
        assertEquals(
                "line\nbreak \ud800 <b>", first.data().path("entries").path("a").asText());
        entries.put("b", TextNode.valueOf("2"));
        entries.remove("a");
        Event second = event(stream);
        assertEquals("{\"key\":\"b\",\"value\":\"2\"}", second.data().toString());
        assertEquals("{\"key\":\"a\",\"value\":null}", event(stream).data().toString());
    }

    @Test
    void shouldGoOnWhereAReaderWas() throws Exception {
        int port = serve(Door.open());
        entries.put("a", TextNode.valueOf("1"));
        String had = event(send(port, "GET /events", "")).id();
        entries.put("b", TextNode.valueOf("2"));
        Event missed = event(send(port, "GET /events", "", "Last-Event-ID: " + had));
        assertEquals("change", missed.type());
        assertEquals("b", missed.data().path("key").asText());
        for (int i = 0; i < 30; i++) {
            entries.put("c", TextNode.valueOf("" + i));
        }
        Event whole = event(send(port, "GET /events", "", "Last-Event-ID: " + had));
        assertEquals("state", whole.type(), "more than is remembered");
        assertEquals("29", whole.data().path("entries").path("c").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-1", "nonsense", "-", "", "99999999999999999999"})
    void shouldBeginAnewForIdsOfOthers(String id) throws Exception {
        int port = serve(Door.open());
        entries.put("a", TextNode.valueOf("1"));
        assertEquals(
                "state",
                event(send(port, "GET /events", "", "Last-Event-ID: " + id)).type());
    }

    @Test
    void shouldSayTheSameByOneRequest() throws Exception {
        int port = serve(Door.open());
        entries.put("a", TextNode.valueOf("1"));
        BufferedReader answer = send(port, "GET /state", "");
        head(answer);
        char[] text = new char[200];
        JsonNode state = Documents.JSON.readTree(new String(text, 0, answer.read(text)));
        assertEquals("1", state.path("entries").path("a").asText());
        assertEquals(event(send(port, "GET /events", "")).id(), state.path("id").asText());
    }

    @Test
    void shouldRefuseReadersBeyondTheMost() throws Exception {
        int port = serve(Door.open());
        for (int reader = 0; reader < 32; reader++) {
            event(send(port, "GET /events", ""));
        }
        assertEquals(503, status(port, "GET /events", ""));
        assertEquals(200, status(port, "GET /state", ""));
    }

    @Test
    void shouldLetAPageLoadNothingFromElsewhere() throws Exception {
        int port = serve(Door.open());
        for (String path : PageFiles.all().keySet()) {
            List<String> head = head(send(port, "GET " + path, ""));
            assertAll(
                    path,
                    () -> assertEquals("HTTP/1.1 200 OK", head.get(0)),
                    () -> assertTrue(
                            head.stream()
                                    .anyMatch(line -> line.startsWith("Content-security-policy: default-src 'self';")),
                            head.toString()),
                    () -> assertTrue(head.contains("X-content-type-options: nosniff"), head.toString()));
        }
    }

    /** Text of benches is only ever text: the means to make markup or code of it are not used at all. */
    @Test
    void shouldMakeNoMarkupOfText() {
        PageFiles.all().forEach((path, file) -> {
            String text = new String(file.bytes(), StandardCharsets.UTF_8);
            if (path.endsWith(".js") && !path.startsWith("/uplot/")) {
                assertFalse(
                        text.matches(
                                "(?s).*(innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function"
                                        + "|srcdoc|DOMParser|createContextualFragment).*"),
                        path);
            }
            if (!path.startsWith("/uplot/") && !path.endsWith(".svg")) {
                assertFalse(
                        text.matches("(?s).*(https?:)?//[a-z0-9.-]+\\.[a-z]{2,}.*"), "an address outside in " + path);
            }
        });
    }

    @Test
    void shouldReserveForItsOwnPage() throws Exception {
        int port = serve(Door.open());
        assertEquals(200, status(port, "POST " + RESERVATION, "{\"for_s\":60,\"why\":\"x\"}", ORIGIN, JSON));
        assertEquals(200, status(port, "DELETE " + RESERVATION, "", ORIGIN, JSON));
        assertEquals(List.of("reserve lab A1 {for_s=60, why=x}", "release lab A1"), asked);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Origin: http://evil.example | Content-Type: application/json | 403",
                "Origin: null | Content-Type: application/json | 403",
                "Origin: http://127.0.0.1:1 | Content-Type: application/json | 403",
                "X-Nothing: none | Content-Type: application/json | 403",
                "Origin: http://127.0.0.1:PORT | Content-Type: text/plain | 400",
                "Origin: http://127.0.0.1:PORT | X-Nothing: none | 400",
            })
    void shouldDoNothingForPagesOfOthers(String origin, String type, int status) throws Exception {
        int port = serve(Door.open());
        assertEquals(status, status(port, "POST " + RESERVATION, "{\"for_s\":60}", origin, type));
        assertEquals(status, status(port, "DELETE " + RESERVATION, "", origin, type));
        assertEquals(List.of(), asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/state", "/events", "/models", "/history/x", "/results/x"})
    void shouldShowNothingUnderANameThatIsNotThisMachines(String path) throws Exception {
        int port = serve(Door.open());
        assertEquals(403, status(port, "GET " + path, "", "Host: evil.example:" + port));
        assertEquals(
                403,
                status(
                        port,
                        "POST " + RESERVATION,
                        "{}",
                        "Host: evil.example:" + port,
                        "Origin: http://evil.example:" + port,
                        JSON));
        assertEquals(
                path.startsWith("/results") ? 404 : 200, status(port, "GET " + path, "", "Host: localhost:" + port));
    }

    @Test
    void shouldAskForATokenAndKeepItInACookie() throws Exception {
        int port = serve(Door.byToken(new SignIn(ACCESS, true)));
        assertEquals(200, status(port, "GET /", "", "Host: bench.example"));
        assertEquals(401, status(port, "GET /state", ""));
        assertEquals(401, status(port, "POST /session", "{\"token\":\"wrong\"}", ORIGIN, JSON));
        assertEquals(403, status(port, "POST /session", "{\"token\":\"reads\"}", "Origin: http://evil.example", JSON));
        List<String> head = head(send(port, "POST /session", "{\"token\":\"reads\"}", ORIGIN, JSON));
        String cookie = head.stream()
                .filter(line -> line.startsWith("Set-cookie: "))
                .findFirst()
                .orElseThrow();
        assertEquals("Set-cookie: hilda-token-" + port + "=reads; Path=/; HttpOnly; SameSite=Strict; Secure", cookie);
        String sent = "Cookie: other=1; hilda-token-" + port + "=reads";
        assertEquals(200, status(port, "GET /state", "", sent));
        assertEquals(403, status(port, "POST " + RESERVATION, "{}", sent, ORIGIN, JSON), "a reader operates nothing");
        String operator = "Cookie: hilda-token-" + port + "=operates";
        assertEquals(200, status(port, "POST " + RESERVATION, "{}", operator, ORIGIN, JSON));
        assertEquals(403, status(port, "POST " + RESERVATION, "{}", operator, JSON), "a cookie without an origin");
        assertEquals(403, status(port, "POST " + RESERVATION, "{}", operator, "Origin: http://evil.example", JSON));
        assertEquals(1, asked.size());
    }

    @Test
    void shouldRefuseWhatIsNoNameOfABoard() throws Exception {
        int port = serve(Door.open());
        assertEquals(404, status(port, "POST /boards/lab/a%2Fb%3F/reservation", "{}", ORIGIN, JSON));
        assertEquals(404, status(port, "POST /boards/lab/a%20b/reservation", "{}", ORIGIN, JSON));
        assertEquals(List.of(), asked);
    }
}
