// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Asks an agent. What it refuses is thrown with its own reason. */
public final class ApiClient {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** More than an agent takes that waits for the end of a job. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final Duration UPLOAD = Duration.ofMinutes(30);
    private static final ObjectMapper JSON = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .registerModule(new Jdk8Module());

    private final URI agent;
    private final Optional<String> token;
    private final HttpClient client;

    /**
     * A client of an agent.
     *
     * @param agent {@code http[s]://HOST[:PORT]}
     * @param trust of connections by TLS, where it is not the Java runtime's
     */
    public ApiClient(URI agent, Optional<String> token, Optional<SSLContext> trust) {
        this.agent = agent;
        this.token = token;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(CONNECT).version(HttpClient.Version.HTTP_1_1);
        trust.ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    /**
     * Asks for something.
     *
     * @throws BenchFailure of the agent, or of kind {@link FailureKind#SERVICE} when it cannot be asked
     */
    public JsonNode get(String path) throws InterruptedException {
        return send("GET", path, BodyPublishers.noBody(), ANSWER);
    }

    /** Has something done that a document describes. */
    public JsonNode post(String path, String document) throws InterruptedException {
        return send("POST", path, BodyPublishers.ofString(document), ANSWER);
    }

    /** Has something done. */
    public JsonNode post(String path, Map<String, ?> fields) throws InterruptedException {
        try {
            return post(path, JSON.writeValueAsString(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Takes something back. */
    public JsonNode delete(String path) throws InterruptedException {
        return send("DELETE", path, BodyPublishers.noBody(), ANSWER);
    }

    /** Sends a file. */
    public JsonNode put(String path, Path file) throws InterruptedException {
        try {
            return send("PUT", path, BodyPublishers.ofFile(file), UPLOAD);
        } catch (FileNotFoundException e) {
            throw BenchFailure.of(FailureKind.BUNDLE, "send " + file)
                    .expected("a file that this user may read")
                    .actual(String.valueOf(e.getMessage()))
                    .remedy("correct the path")
                    .cause(e)
                    .failure();
        }
    }

    private JsonNode send(String method, String path, BodyPublisher body, Duration patience)
            throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(agent.resolve(path)).timeout(patience).method(method, body);
        token.ifPresent(known -> request.header("Authorization", "Bearer " + known));
        try {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            JsonNode answer = JSON.readTree(response.body());
            if (response.statusCode() / 100 == 2) {
                return answer;
            }
            throw JSON.treeToValue(answer, RefusalDocument.class).thrown();
        } catch (JsonProcessingException e) {
            throw unanswered("an agent's answer", "something else: is that an agent?", e);
        } catch (IOException e) {
            throw unanswered("an agent that listens there", e.toString(), e);
        }
    }

    private BenchFailure unanswered(String expected, String actual, IOException cause) {
        return BenchFailure.of(FailureKind.SERVICE, "ask the agent at " + agent)
                .expected(expected)
                .actual(actual)
                .remedy("start one with hilda agent --config FILE, or name another with --agent URL")
                .cause(cause)
                .failure();
    }
}
