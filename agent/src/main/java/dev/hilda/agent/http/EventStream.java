// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import java.io.IOException;

/** An answer without end: server-sent events, as WHATWG HTML describes them. */
@FunctionalInterface
public interface EventStream {
    /** Takes what is to be sent. */
    interface Sink {
        /**
         * Adds an event.
         *
         * @param id what a browser names when it asks again
         * @param data one line
         * @throws IOException when the browser has gone
         */
        void event(String id, String type, String data) throws IOException;

        /**
         * Sends what was added, or at least a sign of life.
         *
         * @throws IOException when the browser has gone
         */
        void flush() throws IOException;
    }

    /** Sends events until the browser has gone, or this program ends. */
    void send(Sink sink) throws IOException, InterruptedException;
}
