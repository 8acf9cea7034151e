// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.http.ApiAnswer;
import dev.hilda.agent.http.ApiRefusal;
import dev.hilda.agent.http.ApiRequest;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.http.Route;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.night.NightOrder;
import dev.hilda.agent.store.Night;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be asked of a bench's nights over HTTP; {@code agent/docs/agent.md} lists it. */
public record NightApi(NightDesk desk) {
    private static final int MOST_LISTED = 400;
    private static final int USUALLY_LISTED = 30;
    private static final int MOST_WAIT_SECONDS = 30;
    private static final int MOST_ORDER_BYTES = 1 << 20;
    private static final Duration LOOK = Duration.ofMillis(200);

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/v1/suites", Role.READ, request -> ApiAnswer.ok(Map.of("suites", desk.suites()))),
                Route.of("POST", "/v1/suites/*/nights", Role.SUBMIT, this::start),
                Route.of("POST", "/v1/nights", Role.SUBMIT, this::order),
                Route.of("GET", "/v1/nights", Role.READ, this::list),
                Route.of("GET", "/v1/nights/*", Role.READ, this::night));
    }

    private ApiAnswer start(ApiRequest request) throws InterruptedException {
        String suite = request.variables().get(0);
        Night night = desk.start(suite, request.requiredCaller().name())
                .orElseThrow(() -> ApiRefusal.of(
                        ApiRefusal.NOT_FOUND,
                        "start the suite",
                        "a suite of this bench",
                        suite,
                        "hilda suite list lists them"));
        return ApiAnswer.created(view(night, false));
    }

    private ApiAnswer order(ApiRequest request) throws IOException {
        try {
            NightOrder order = NightOrder.parse(request.text(MOST_ORDER_BYTES));
            return ApiAnswer.created(
                    view(desk.start(order, request.requiredCaller().name()), false));
        } catch (IllegalArgumentException wrong) {
            throw ApiRefusal.of(
                    ApiRefusal.BAD_REQUEST,
                    "plan the night",
                    "an order as agent/docs/agent.md describes it",
                    String.valueOf(wrong.getMessage()),
                    "correct it");
        }
    }

    private ApiAnswer list(ApiRequest request) {
        Optional<String> suite = Optional.ofNullable(request.query().get("suite"));
        if (!suite.map(JobOrder::isName).orElse(true)) {
            throw ApiRefusal.of(
                    ApiRefusal.BAD_REQUEST, "list nights", "the name of a suite", suite.get(), "correct it");
        }
        int limit = (int) request.number("limit", 1, MOST_LISTED).orElse(USUALLY_LISTED);
        return ApiAnswer.ok(Map.of(
                "nights",
                desk.list(suite, limit).stream()
                        .map(night -> view(night, false))
                        .toList()));
    }

    /** Waits for its morning where that is asked, for a while. */
    private ApiAnswer night(ApiRequest request) throws InterruptedException {
        Duration wait = Duration.ofSeconds(
                request.number("wait_s", 0, MOST_WAIT_SECONDS).orElse(0));
        long deadline = System.nanoTime() + wait.toNanos();
        Night night = require(request.variables().get(0));
        Night.Progress first = desk.progress(night.id());
        while (night.judgedAt().isEmpty()
                && System.nanoTime() < deadline
                && desk.progress(night.id()).equals(first)) {
            Thread.sleep(LOOK.toMillis());
            night = require(night.id());
        }
        return ApiAnswer.ok(view(night, true));
    }

    private Night require(String id) {
        return desk.find(id)
                .orElseThrow(() -> ApiRefusal.of(
                        ApiRefusal.NOT_FOUND,
                        "find the night",
                        "the id of a night",
                        id,
                        "hilda suite nights lists them"));
    }

    private NightView view(Night night, boolean isWhole) {
        return NightView.of(night, desk.progress(night.id()), isWhole);
    }
}
