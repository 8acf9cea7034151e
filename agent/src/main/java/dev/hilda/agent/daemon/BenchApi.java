// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.http.ApiAnswer;
import dev.hilda.agent.http.ApiRefusal;
import dev.hilda.agent.http.ApiRequest;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.http.Route;
import dev.hilda.agent.jobs.Cancellation;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobQuery;
import dev.hilda.agent.jobs.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What can be asked of a bench over HTTP; {@code agent/docs/agent.md} lists it.
 *
 * @param uploads private folder that files wait in until their hash is known
 * @param refusals of requests
 * @param reload hears who wants the configuration to be read again
 */
public record BenchApi(
        BenchAgent agent,
        BenchStores stores,
        Path uploads,
        long uploadBytes,
        Consumer<String> reload,
        LongAdder refusals) {
    private static final int MOST_LISTED = 1000;
    private static final int USUALLY_LISTED = 50;
    private static final int MOST_WAIT_SECONDS = 30;
    private static final Pattern WHY = Pattern.compile("\\P{Cntrl}{0,200}");
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final long MOST_RESERVED_SECONDS = Duration.ofDays(7).toSeconds();

    /**
     * Whether the agent serves.
     *
     * @param broker whether it is connected; empty without one
     * @param refused requests, since the agent was started
     */
    record Health(String state, int boards, Optional<Boolean> broker, long refused) {}

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.open("GET", "/v1/health", request -> health()),
                Route.of("PUT", "/v1/content/*", Role.SUBMIT, this::upload),
                Route.of("GET", "/v1/content/*", Role.READ, this::hasContent),
                Route.of("POST", "/v1/jobs", Role.SUBMIT, this::submit),
                Route.of("GET", "/v1/jobs", Role.READ, this::list),
                Route.of("GET", "/v1/jobs/*", Role.READ, this::job),
                Route.of("POST", "/v1/jobs/*/cancel", Role.SUBMIT, this::cancel),
                Route.of("GET", "/v1/boards", Role.READ, request -> ApiAnswer.ok(Map.of("boards", agent.boards()))),
                Route.of("POST", "/v1/boards/*/reservation", Role.OPERATE, this::reserve),
                Route.of("DELETE", "/v1/boards/*/reservation", Role.OPERATE, this::release),
                Route.of("POST", "/v1/reload", Role.OPERATE, this::reload));
    }

    private ApiAnswer health() {
        return ApiAnswer.ok(new Health("serving", agent.boardCount(), agent.isBrokerConnected(), refusals.sum()));
    }

    /** What was sent is kept only when it is what it was called. */
    private ApiAnswer upload(ApiRequest request) throws IOException {
        String named = request.variables().get(0);
        Path file = Files.createTempFile(uploads, "upload-", "");
        try {
            long copied = Uploads.copy(request.body(), file, uploadBytes);
            String sent = Sha256.of(file);
            if (!sent.equals(named)) {
                throw ApiRefusal.of(
                        ApiRefusal.BAD_REQUEST, "keep what was sent", "the SHA-256 " + named, sent, "send it again");
            }
            return ApiAnswer.created(Map.of("sha256", stores.contents().put(file), "bytes", copied));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private ApiAnswer hasContent(ApiRequest request) {
        String sha256 = request.variables().get(0);
        return ApiAnswer.ok(
                Map.of("sha256", sha256, "present", stores.contents().has(sha256)));
    }

    private ApiAnswer submit(ApiRequest request) throws IOException {
        Map<String, String> fields = request.fields();
        try {
            JobOrder order = new JobOrder(
                    fields.getOrDefault("pool", ""),
                    request.requiredCaller().name(),
                    fields.getOrDefault("name", ""),
                    fields.getOrDefault("bundle_sha256", ""),
                    fields.getOrDefault("data_sha256", ""),
                    limit(fields),
                    Optional.ofNullable(fields.get("bundle_signature")),
                    Optional.ofNullable(fields.get("board")));
            requireSigned(order);
            return ApiAnswer.created(JobView.of(stores.jobs().submit(order)));
        } catch (IllegalArgumentException wrong) {
            throw ApiRefusal.of(
                    ApiRefusal.BAD_REQUEST,
                    "submit the job",
                    "a job as agent/docs/agent.md describes it",
                    String.valueOf(wrong.getMessage()),
                    "correct it");
        }
    }

    private void requireSigned(JobOrder order) {
        try {
            stores.keys().require("submit the job", order.bundleSha256(), order.bundleSignature());
        } catch (BenchFailure refused) {
            throw refused.kind() == FailureKind.SIGNATURE ? new ApiRefusal(ApiRefusal.UNTRUSTED, refused) : refused;
        }
    }

    private static OptionalInt limit(Map<String, String> fields) {
        String text = fields.get("limit");
        return text == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
    }

    private ApiAnswer list(ApiRequest request) {
        Optional<JobState> state =
                Optional.ofNullable(request.query().get("state")).map(BenchApi::state);
        int limit = (int) request.number("limit", 1, MOST_LISTED).orElse(USUALLY_LISTED);
        Optional<String> pool = Optional.ofNullable(request.query().get("pool"));
        if (!pool.map(JobOrder::isName).orElse(true)) {
            throw ApiRefusal.of(ApiRefusal.BAD_REQUEST, "list jobs", "the name of a pool", pool.get(), "correct it");
        }
        JobQuery query = new JobQuery(pool, state, limit);
        return ApiAnswer.ok(Map.of(
                "jobs", stores.jobs().list(query).stream().map(JobView::of).toList()));
    }

    private static JobState state(String label) {
        return Arrays.stream(JobState.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(label))
                .findFirst()
                .orElseThrow(() -> ApiRefusal.of(
                        ApiRefusal.BAD_REQUEST,
                        "list jobs",
                        "a state: queued, running, passed, failed, cancelled, missing",
                        label,
                        "correct it"));
    }

    /** Waits for its end where that is asked, for a while. */
    private ApiAnswer job(ApiRequest request) throws InterruptedException {
        Duration wait = Duration.ofSeconds(
                request.number("wait_s", 0, MOST_WAIT_SECONDS).orElse(0));
        long deadline = System.nanoTime() + wait.toNanos();
        Job job = require(request.variables().get(0));
        while (!job.state().isEnd() && System.nanoTime() < deadline) {
            Thread.sleep(LOOK.toMillis());
            job = require(job.id());
        }
        return ApiAnswer.ok(JobView.of(job));
    }

    private Job require(String id) {
        return stores.jobs()
                .find(id)
                .orElseThrow(() -> ApiRefusal.of(
                        ApiRefusal.NOT_FOUND, "find the job", "the id of a job", id, "hilda jobs lists them"));
    }

    private ApiAnswer cancel(ApiRequest request) {
        Job job = require(request.variables().get(0));
        String caller = request.requiredCaller().name();
        if (!job.order().submitter().equals(caller)
                && !request.requiredCaller().role().covers(Role.OPERATE)) {
            throw ApiRefusal.of(
                    ApiRefusal.FORBIDDEN,
                    "cancel the job",
                    "its submitter " + job.order().submitter() + ", or a token of the role operate",
                    caller,
                    "ask them");
        }
        Cancellation cancellation = stores.jobs().cancel(job.id(), caller);
        return ApiAnswer.ok(Map.of(
                "cancellation", cancellation.name().toLowerCase(Locale.ROOT), "job", JobView.of(require(job.id()))));
    }

    private ApiAnswer reserve(ApiRequest request) throws IOException {
        Map<String, String> fields = request.fields();
        Duration duration = Duration.ofSeconds(seconds(fields.getOrDefault("for_s", "")));
        String why = fields.getOrDefault("why", "");
        if (!WHY.matcher(why).matches()) {
            throw ApiRefusal.of(
                    ApiRefusal.BAD_REQUEST,
                    "reserve the board",
                    "why: one line of at most 200 characters",
                    why.length() + " characters",
                    "say it in fewer");
        }
        Reservation reservation = new Reservation(
                request.requiredCaller().name(),
                why,
                duration,
                Boolean.parseBoolean(fields.getOrDefault("now", "false")));
        agent.reserve(request.variables().get(0), reservation);
        return board(request.variables().get(0));
    }

    private static long seconds(String text) {
        try {
            long seconds = Long.parseLong(text);
            if (seconds >= 1 && seconds <= MOST_RESERVED_SECONDS) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // As one that is out of range.
        }
        throw ApiRefusal.of(
                ApiRefusal.BAD_REQUEST,
                "reserve the board",
                "for_s: 1 to " + MOST_RESERVED_SECONDS + " seconds",
                text,
                "correct it");
    }

    private ApiAnswer release(ApiRequest request) {
        agent.release(request.variables().get(0));
        return board(request.variables().get(0));
    }

    /** Done later: this very server is started anew for it. */
    private ApiAnswer reload(ApiRequest request) {
        reload.accept(request.requiredCaller().name());
        return ApiAnswer.ok(Map.of("state", "reloading"));
    }

    private ApiAnswer board(String serial) {
        return ApiAnswer.ok(agent.boards().stream()
                .filter(board -> board.serial().equals(serial))
                .findFirst()
                .orElseThrow());
    }
}
