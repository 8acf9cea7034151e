// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.http.ApiAnswer;
import dev.hilda.agent.http.ApiRefusal;
import dev.hilda.agent.http.ApiRequest;
import dev.hilda.agent.http.Content;
import dev.hilda.agent.http.EventStream;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.http.Route;
import dev.hilda.agent.http.SignIn;
import dev.hilda.agent.publish.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** What browsers may ask; {@code agent/docs/dashboard.md} lists it. */
final class DashboardSite implements AutoCloseable {
    private static final String RESERVATION = BoardControl.Proxy.BOARDS + "*/*/reservation";
    private static final String JSON = "application/json";
    private static final int MOST_STREAMS = 32;
    private static final int MOST_HISTORY = 400;
    private static final int TOO_MANY = 503;

    private final History history;
    private final BoardControl control;
    private final Door door;
    private final EntryEvents events;
    private final AtomicInteger streams = new AtomicInteger();

    DashboardSite(Entries entries, History history, BoardControl control, Door door) {
        this.history = history;
        this.control = control;
        this.door = door;
        this.events = new EntryEvents(entries);
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        // The page itself is no secret, and is where a token is asked for.
        PageFiles.all()
                .forEach((path, file) -> routes.add(Route.open("GET", path, named(request -> {
                    return ApiAnswer.ok(file);
                }))));
        door.signIn().map(SignIn::routes).ifPresent(routes::addAll);
        routes.add(route("GET", "/state", Role.READ, request -> json(events.state())));
        routes.add(route("GET", "/events", Role.READ, this::stream));
        routes.add(route("GET", "/models", Role.READ, request -> ApiAnswer.ok(Map.of("models", history.subjects()))));
        routes.add(route("GET", "/history/*", Role.READ, this::history));
        routes.add(route("GET", "/results/*", Role.READ, this::result));
        if (control instanceof BoardControl.Proxy proxy) {
            routes.add(route("POST", RESERVATION, Role.OPERATE, request -> reserve(proxy, request)));
            routes.add(route("DELETE", RESERVATION, Role.OPERATE, request -> release(proxy, request)));
        }
        return routes;
    }

    private Route route(String method, String path, Role role, Route.Handler handler) {
        return door.signIn().isPresent()
                ? Route.of(method, path, role, handler)
                : Route.open(method, path, named(handler));
    }

    private Route.Handler named(Route.Handler handler) {
        return request -> {
            door.requireName(request);
            return handler.answer(request);
        };
    }

    private ApiAnswer stream(ApiRequest request) {
        Optional<String> last = request.header("Last-Event-ID");
        if (streams.incrementAndGet() > MOST_STREAMS) {
            streams.decrementAndGet();
            throw ApiRefusal.of(
                    TOO_MANY, "send events", "at most " + MOST_STREAMS + " readers", "one more", "close another page");
        }
        EventStream counted = sink -> {
            try {
                events.send(sink, last);
            } finally {
                streams.decrementAndGet();
            }
        };
        return ApiAnswer.ok(counted);
    }

    /** What a model came to, the newest first. */
    private ApiAnswer history(ApiRequest request) {
        String subject = request.variables().get(0);
        ObjectNode answer = Documents.JSON.createObjectNode().put("model", subject);
        ArrayNode runs = answer.putArray("runs");
        for (String document : history.documents(subject, MOST_HISTORY)) {
            Documents.object(document).ifPresent(result -> runs.add(Documents.summary(subject, result)));
        }
        return json(answer);
    }

    private ApiAnswer result(ApiRequest request) {
        String runId = request.variables().get(0);
        return json(history.document(runId)
                .flatMap(Documents::object)
                .orElseThrow(() -> ApiRefusal.of(
                        ApiRefusal.NOT_FOUND, "find the run", "the id of a run that was heard of", runId, "reload")));
    }

    private static ApiAnswer json(ObjectNode document) {
        return ApiAnswer.ok(new Content(JSON, Documents.text(document).getBytes(StandardCharsets.UTF_8)));
    }

    private static ApiAnswer reserve(BoardControl.Proxy proxy, ApiRequest request)
            throws IOException, InterruptedException {
        request.requireOwnPage();
        Map<String, String> fields = request.fields();
        proxy.reserve(level(request, 0), level(request, 1), fields);
        return ApiAnswer.ok(Map.of("state", "reserved"));
    }

    private static ApiAnswer release(BoardControl.Proxy proxy, ApiRequest request) throws InterruptedException {
        request.requireOwnPage();
        proxy.release(level(request, 0), level(request, 1));
        return ApiAnswer.ok(Map.of("state", "released"));
    }

    /** Becomes part of a path that an agent is asked for. */
    private static String level(ApiRequest request, int variable) {
        String level = request.variables().get(variable);
        if (!Topics.isLevel(level)) {
            throw ApiRefusal.of(
                    ApiRefusal.NOT_FOUND, "reserve or release a board", "a bench and a serial number", level, "reload");
        }
        return level;
    }

    @Override
    public void close() {
        events.close();
    }
}
