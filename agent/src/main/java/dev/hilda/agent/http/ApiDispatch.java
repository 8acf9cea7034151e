// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.hilda.failure.ExplainedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the route of a request, asks who it is, and answers; whatever is wrong with it is answered too. */
final class ApiDispatch {
    private static final Logger LOG = LoggerFactory.getLogger(ApiDispatch.class);
    /** What a page may load, and who may frame it. */
    private static final String PAGE_POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

    private static final int NO_BODY = -1;
    private static final int UNKNOWN_LENGTH = 0;
    private static final int MOST_PATH = 1000;
    private static final int MOST_ACTION = 200;
    private static final ObjectMapper JSON = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .registerModule(new Jdk8Module())
            // What was sent may hold halves of characters, of which UTF-8 knows none.
            .configure(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature(), true);

    private final List<Route> routes;
    private final Access access;
    private final Audit audit;
    private final LongAdder refusals;

    ApiDispatch(List<Route> routes, Access access, Audit audit, LongAdder refusals) {
        this.refusals = refusals;
        this.routes = List.copyOf(routes);
        this.access = access;
        this.audit = audit;
    }

    void answer(HttpExchange exchange) throws IOException {
        Optional<Credential> credential = Credential.of(exchange.getRequestHeaders(), port(exchange));
        Optional<Caller> caller = credential.flatMap(known -> access.callerOf(known.token()));
        boolean isByCookie = credential.map(Credential::isCookie).orElse(false);
        ApiAnswer answer = answerOrRefuse(exchange, caller, isByCookie);
        if (!exchange.getRequestMethod().equals("GET")) {
            audit.record(caller.map(Caller::name).orElse("-"), action(exchange), answer.status());
        }
        send(exchange, answer);
    }

    /** For the audit, which anybody may fill: one short line, whatever was asked. */
    private static String action(HttpExchange exchange) {
        String action =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        String line = action.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= MOST_ACTION ? line : line.substring(0, MOST_ACTION);
    }

    private static int port(HttpExchange exchange) {
        return exchange.getLocalAddress().getPort();
    }

    private ApiAnswer answerOrRefuse(HttpExchange exchange, Optional<Caller> caller, boolean isByCookie) {
        try {
            SameOrigin.require(exchange.getRequestMethod(), exchange.getRequestHeaders(), isByCookie);
            return route(exchange, caller);
        } catch (ApiRefusal refusal) {
            return refused(refusal.status(), RefusalDocument.of(refusal.reason()));
        } catch (ExplainedException failure) {
            return refused(ApiRefusal.CONFLICT, RefusalDocument.of(failure, "do what was asked"));
        } catch (IOException | RuntimeException | InterruptedException e) {
            LOG.error("a request failed", e);
            return refused(
                    ApiRefusal.INTERNAL,
                    RefusalDocument.of(ApiRefusal.of(
                                    ApiRefusal.INTERNAL, "answer", "no error", e.toString(), "see the agent's log")
                            .reason()));
        }
    }

    private ApiAnswer refused(int status, RefusalDocument reason) {
        refusals.increment();
        LOG.warn("refused with {}: {}", status, reason);
        return new ApiAnswer(status, reason);
    }

    private ApiAnswer route(HttpExchange exchange, Optional<Caller> caller) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getPath();
        if (path == null || path.length() > MOST_PATH) {
            throw noSuchPath("a longer one");
        }
        List<String> segments = Route.split(path);
        boolean isKnown = false;
        for (Route route : routes) {
            Optional<List<String>> variables = route.variables(segments);
            if (variables.isPresent() && route.method().equals(exchange.getRequestMethod())) {
                requireRole(route, caller);
                return route.handler()
                        .answer(new ApiRequest(
                                caller,
                                variables.get(),
                                ApiRequest.query(Optional.ofNullable(
                                                exchange.getRequestURI().getRawQuery())
                                        .orElse("")),
                                exchange.getRequestHeaders(),
                                port(exchange),
                                new RequestBody(exchange.getRequestBody())));
            }
            isKnown |= variables.isPresent();
        }
        if (isKnown) {
            throw ApiRefusal.of(
                    ApiRefusal.METHOD_NOT_ALLOWED,
                    "answer",
                    "a method that this path knows",
                    exchange.getRequestMethod(),
                    "see agent/docs/agent.md");
        }
        throw noSuchPath(path);
    }

    private static ApiRefusal noSuchPath(String path) {
        return ApiRefusal.of(
                ApiRefusal.NOT_FOUND, "find what was asked for", "a path of this API", path, "see agent/docs/agent.md");
    }

    private static void requireRole(Route route, Optional<Caller> caller) {
        if (route.role().isEmpty()) {
            return;
        }
        Role needed = route.role().get();
        if (caller.isEmpty()) {
            throw ApiRefusal.of(
                    ApiRefusal.UNAUTHORIZED,
                    "see who asks",
                    "a token of this bench",
                    "none, or one that was revoked",
                    "hilda token create makes one where the agent runs; --token-file FILE names it");
        }
        if (!caller.get().role().covers(needed)) {
            throw ApiRefusal.of(
                    ApiRefusal.FORBIDDEN,
                    "do what was asked",
                    "a token of the role " + needed.label(),
                    caller.get().name() + ", of the role " + caller.get().role().label(),
                    "ask whoever runs the bench for another token");
        }
    }

    private static void send(HttpExchange exchange, ApiAnswer answer) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        answer.headers().forEach(headers::set);
        if (answer.body() instanceof EventStream stream && !isHead(exchange)) {
            send(exchange, stream);
        } else if (answer.body() instanceof Content content) {
            headers.set("Content-Security-Policy", PAGE_POLICY);
            headers.set("Referrer-Policy", "no-referrer");
            send(exchange, answer.status(), content);
        } else {
            send(exchange, answer.status(), new Content("application/json", JSON.writeValueAsBytes(answer.body())));
        }
    }

    private static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }

    private static void send(HttpExchange exchange, EventStream stream) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, UNKNOWN_LENGTH);
        try (OutputStream to = exchange.getResponseBody()) {
            stream.send(new EventWriter(to));
        } catch (IOException e) {
            LOG.debug("a reader of events has gone: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, Content content) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", content.type());
        if (isHead(exchange)) {
            drain(exchange);
            exchange.sendResponseHeaders(status, NO_BODY);
            return;
        }
        exchange.sendResponseHeaders(status, content.bytes().length);
        // Closed before the exchange: otherwise the JDK's server, where a client lied about its body, forgets to count
        // down its
        // connections, and takes none any more after the most that it may have.
        try (OutputStream to = exchange.getResponseBody()) {
            to.write(content.bytes());
        }
    }

    /** For the same reason as above. */
    private static void drain(HttpExchange exchange) {
        try {
            exchange.getRequestBody().close();
        } catch (IOException e) {
            LOG.debug("a body that was not what was announced: {}", e.getMessage());
        }
    }
}
