// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import java.util.Map;
import java.util.Set;

/** Which boards can be reserved, and where a page asks for it. */
public interface BoardControl {
    /** Of a dashboard that only looks on. */
    BoardControl NONE = new BoardControl() {
        @Override
        public Map<String, Set<String>> boards() {
            return Map.of();
        }

        @Override
        public String path(String bench) {
            return "";
        }
    };

    /** Serial numbers of the boards that can be reserved now, by bench. */
    Map<String, Set<String>> boards() throws InterruptedException;

    /** What comes before the serial number in the path of a reservation. */
    String path(String bench);

    /** Where the dashboard asks for it, as the page cannot. */
    interface Proxy extends BoardControl {
        String BOARDS = "/boards/";

        @Override
        default String path(String bench) {
            return BOARDS + bench + "/";
        }

        /**
         * Reserves a board.
         *
         * @param fields as an agent's API takes them
         * @throws dev.hilda.agent.board.BenchFailure with the agent's reason
         */
        void reserve(String bench, String serial, Map<String, String> fields) throws InterruptedException;

        /** Brings a board back. */
        void release(String bench, String serial) throws InterruptedException;
    }
}
