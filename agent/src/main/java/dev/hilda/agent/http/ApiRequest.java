// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request whose caller is known.
 *
 * @param variables what stands for the variable segments of the route's path
 * @param query decoded
 * @param headers by their names, however these are written
 * @param port that it came to
 * @param body not yet read
 */
public record ApiRequest(
        Optional<Caller> caller,
        List<String> variables,
        Map<String, String> query,
        Map<String, List<String>> headers,
        int port,
        InputStream body) {
    /** A description of a job is far shorter. */
    private static final int MOST_JSON_BYTES = 1 << 16;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a route that asks for a role. */
    public Caller requiredCaller() {
        return caller.orElseThrow();
    }

    /** The first header of a name. */
    public Optional<String> header(String name) {
        return SameOrigin.first(headers, name);
    }

    /** Refuses whatever a page of another site can make a browser send, for what a page of this server asks. */
    public void requireOwnPage() {
        SameOrigin.require("POST", headers, true);
        String type = header("Content-Type").orElse("none");
        if (!type.split(";", -1)[0].strip().equalsIgnoreCase("application/json")) {
            throw refused("content type", "application/json", type);
        }
    }

    /** A number in the query. */
    public OptionalLong number(String name, long least, long most) {
        String text = query.get(name);
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return OptionalLong.of(number);
            }
        } catch (NumberFormatException e) {
            // As one that is out of range.
        }
        throw refused("query parameter " + name, "a whole number from " + least + " to " + most, text);
    }

    private byte[] content(int most) throws IOException {
        byte[] content = body.readNBytes(most + 1);
        if (content.length > most) {
            throw ApiRefusal.of(
                    ApiRefusal.TOO_LARGE,
                    "read the request",
                    "at most " + most + " bytes of JSON",
                    "more",
                    "send files as content");
        }
        return content;
    }

    /** The body as text, of at most so many bytes. */
    public String text(int mostBytes) throws IOException {
        return new String(content(mostBytes), StandardCharsets.UTF_8);
    }

    /** The body as an object of texts and numbers, each as text. */
    public Map<String, String> fields() throws IOException {
        byte[] content = content(MOST_JSON_BYTES);
        try {
            Map<String, String> fields = JSON.readValue(content, new TypeReference<Map<String, String>>() {});
            if (fields != null && !fields.containsValue(null)) {
                return fields;
            }
            throw refused("body", "a JSON object of texts and numbers", "null");
        } catch (JsonProcessingException e) {
            throw refused("body", "a JSON object of texts and numbers", e.getOriginalMessage());
        }
    }

    private static ApiRefusal refused(String what, String expected, String actual) {
        return ApiRefusal.of(ApiRefusal.BAD_REQUEST, "read the request's " + what, expected, actual, "correct it");
    }

    /** A query as browsers write it; what has no value has an empty one. */
    static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            query.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
        }
        return query;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused("query", "percent-encoded UTF-8", text);
        }
    }
}
