// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.http.ApiClient;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks agents over HTTP: of those that are named, the one that has the board. */
public final class AgentControl implements BoardControl.Proxy {
    private static final Logger LOG = LoggerFactory.getLogger(AgentControl.class);

    private final List<ApiClient> agents;

    public AgentControl(List<ApiClient> agents) {
        this.agents = List.copyOf(agents);
    }

    @Override
    public Map<String, Set<String>> boards() throws InterruptedException {
        Map<String, Set<String>> boards = new TreeMap<>();
        for (ApiClient agent : agents) {
            for (JsonNode board : boardsOf(agent)) {
                boards.computeIfAbsent(board.path("bench").asText(), bench -> new HashSet<>())
                        .add(board.path("serial").asText());
            }
        }
        return boards;
    }

    /** None of an agent that is away. */
    private static JsonNode boardsOf(ApiClient agent) throws InterruptedException {
        try {
            return agent.get("/v1/boards").path("boards");
        } catch (BenchFailure away) {
            LOG.warn("{}", away.getMessage());
            return Documents.JSON.createArrayNode();
        }
    }

    @Override
    public void reserve(String bench, String serial, Map<String, String> fields) throws InterruptedException {
        agentOf(bench, serial).post(reservation(serial), fields);
    }

    @Override
    public void release(String bench, String serial) throws InterruptedException {
        agentOf(bench, serial).delete(reservation(serial));
    }

    private static String reservation(String serial) {
        return "/v1/boards/" + serial + "/reservation";
    }

    private ApiClient agentOf(String bench, String serial) throws InterruptedException {
        Optional<ApiClient> found = Optional.empty();
        for (ApiClient agent : agents) {
            for (JsonNode board : boardsOf(agent)) {
                if (board.path("bench").asText().equals(bench)
                        && board.path("serial").asText().equals(serial)) {
                    found = Optional.of(agent);
                }
            }
        }
        return found.orElseThrow(() -> BenchFailure.of(FailureKind.SERVICE, "find the agent of board " + serial)
                .expected("one of the " + agents.size() + " agents of --agent that has it, at bench " + bench)
                .actual("none that answers")
                .remedy("see that the agent runs, and start the dashboard with its --agent URL")
                .failure());
    }
}
