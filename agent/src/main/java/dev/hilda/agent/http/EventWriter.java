// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes events as WHATWG HTML wants them: fields on lines, an empty line after each event. */
final class EventWriter implements EventStream.Sink {
    private final OutputStream to;
    private boolean hasEvents;

    EventWriter(OutputStream to) {
        this.to = to;
    }

    @Override
    public void event(String id, String type, String data) throws IOException {
        write("id: " + line(id) + "\nevent: " + line(type) + "\ndata: " + line(data) + "\n\n");
        hasEvents = true;
    }

    @Override
    public void flush() throws IOException {
        if (!hasEvents) {
            write(":\n\n");
        }
        hasEvents = false;
        to.flush();
    }

    private static String line(String text) {
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("an event's field is one line");
        }
        return text;
    }

    private void write(String text) throws IOException {
        to.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
