// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.http.ApiClient;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An agent in this JVM, as {@code hilda agent} starts it, with no board attached and a token for each role. */
final class ServedBench implements AutoCloseable {
    private static final Pattern URL = Pattern.compile("serves at (\\S+);");

    private final Path folder;
    private final StringWriter err = new StringWriter();
    private final RunningAgent agent;
    private final Store store;
    private final URI url;

    /** @param limits a section of its configuration */
    ServedBench(Path folder, String limits) throws IOException {
        this.folder = folder;
        Path file = Files.write(
                folder.resolve("bench.yaml"),
                List.of(
                        "bench: served",
                        "listen: {port: 0}",
                        "boards:",
                        "  - {profile: virtual-nucleo-h743zi, pool: pool}",
                        limits));
        this.agent = new RunningAgent(file, new PrintWriter(err, true), environment(), BundleSource::ofBundle);
        agent.start(AgentCommand.read(file));
        Matcher address = URL.matcher(err.toString());
        if (!address.find()) {
            throw new AssertionError(err);
        }
        this.url = URI.create(address.group(1));
        this.store = new BenchStore(environment()).open(new PrintWriter(err, true));
    }

    private Map<String, String> environment() {
        return Map.of(
                "XDG_STATE_HOME", folder.resolve("state").toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString(),
                "XDG_RUNTIME_DIR", folder.resolve("run").toString());
    }

    URI url() {
        return url;
    }

    /** What the agent keeps. */
    Store store() {
        return store;
    }

    /** What the agent has said. */
    String said() {
        return err.toString();
    }

    /** A new token. */
    String token(Role role) {
        return store.tokens().create("a-" + role.label(), role.label()).orElseThrow();
    }

    ApiClient client(String token) {
        return new ApiClient(url, Optional.of(token), Optional.empty());
    }

    JsonNode health() throws InterruptedException {
        return new ApiClient(url, Optional.empty(), Optional.empty()).get("/v1/health");
    }

    @Override
    public void close() {
        store.close();
        agent.close();
    }
}
