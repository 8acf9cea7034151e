// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.daemon.BenchAgent;
import dev.hilda.agent.daemon.BoardView;
import dev.hilda.agent.dashboard.BoardControl;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The boards of an agent, which the page that it serves reserves by the agent's own API. */
record ServedBoards(BenchAgent agent) implements BoardControl {
    @Override
    public Map<String, Set<String>> boards() {
        return agent.boards().stream()
                .collect(Collectors.groupingBy(
                        BoardView::bench, Collectors.mapping(BoardView::serial, Collectors.toSet())));
    }

    @Override
    public String path(String bench) {
        return "/v1/boards/";
    }
}
