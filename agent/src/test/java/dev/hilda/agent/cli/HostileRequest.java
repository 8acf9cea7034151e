// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.http.Route;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A request of somebody who means harm or knows no better.
 *
 * @param bytes as they go over the line
 * @param isHttp whether it keeps to the rules of HTTP and its usual sizes, so that there must be an answer
 */
record HostileRequest(byte[] bytes, boolean isHttp) {
    /** The server hangs up on more. */
    private static final int MOST_HEADERS = 60;

    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "..",
            "%2e%2e%2f",
            "%00",
            "%0d%0aX:y",
            "\u00e4%F0%9F%98%80",
            "%ff%fe",
            "null",
            "-1",
            "0",
            "1",
            "99999999999999999999",
            "1e400",
            "' OR 1=1 --",
            "${jndi:ldap://x}",
            "a".repeat(300),
            "%41".repeat(2000),
            "ab".repeat(32),
            "00000000-0000-4000-8000-000000000001",
            "$(reboot)",
            "<script>");
    private static final List<String> NAMES = List.of(
            "pool",
            "name",
            "bundle_sha256",
            "data_sha256",
            "limit",
            "bundle_signature",
            "for_s",
            "why",
            "now",
            "state",
            "wait_s",
            "submitter",
            "__proto__",
            "");

    /** A variation of a route, asked with a token or without. */
    static HostileRequest of(Random random, List<Route> routes, List<String> tokens) {
        Route route = pick(random, routes);
        String method = random.nextInt(8) == 0
                ? pick(random, List.of("PATCH", "HEAD", "OPTIONS", "TRACE", "X".repeat(500), "get"))
                : route.method();
        String path = path(random, route);
        StringBuilder head = new StringBuilder(method + " " + path + query(random) + " HTTP/1.1\r\n");
        head.append("Host: bench\r\nConnection: close\r\n");
        String token = pick(random, tokens);
        if (!token.isEmpty()) {
            head.append("Authorization: ")
                    .append(random.nextInt(10) == 0 ? pick(random, List.of("Basic ", "bearer ", "")) : "Bearer ")
                    .append(token)
                    .append("\r\n");
        }
        int count = random.nextInt(6) == 0 ? pick(random, List.of(1, 40, 100)) : 0;
        if (count > 0) {
            for (int i = 0; i < count; i++) {
                head.append("X-")
                        .append(i)
                        .append(": ")
                        .append("y".repeat(random.nextInt(300)))
                        .append("\r\n");
            }
        }
        HostileRequest request = framed(random, head, body(random));
        return new HostileRequest(request.bytes(), request.isHttp() && count < MOST_HEADERS && !path.startsWith("//"));
    }

    private static String path(Random random, Route route) {
        List<String> segments = new ArrayList<>();
        for (String segment : route.segments()) {
            segments.add(segment.equals("*") || random.nextInt(15) == 0 ? encoded(pick(random, TEXTS)) : segment);
        }
        if (random.nextInt(20) == 0) {
            segments.add(encoded(pick(random, TEXTS)));
        }
        return "/" + String.join("/", segments);
    }

    private static String query(Random random) {
        StringBuilder query = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            query.append(query.length() == 0 ? '?' : '&')
                    .append(pick(random, NAMES))
                    .append(random.nextInt(5) == 0 ? "" : "=" + encoded(pick(random, TEXTS)));
        }
        return query.toString();
    }

    /** What no address may contain, but for percent signs: those are the attack. */
    private static String encoded(String text) {
        return text.replace(" ", "+")
                .replace("<", "%3C")
                .replace(">", "%3E")
                .replace("{", "%7B")
                .replace("}", "%7D")
                .replace("\u00e4", "%C3%A4");
    }

    private static byte[] body(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> new byte[0];
            case 1 -> noise(random, random.nextInt(3000));
            case 2 -> "[".repeat(5000).getBytes(StandardCharsets.US_ASCII);
            case 3 -> ("{\"a\":" + "{\"a\":".repeat(3000) + "1").getBytes(StandardCharsets.US_ASCII);
            case 4 -> new byte[random.nextInt(100_000)];
            default -> mutated(random, json(random));
        };
    }

    private static byte[] json(Random random) {
        List<String> fields = new ArrayList<>();
        for (int i = random.nextInt(7); i > 0; i--) {
            String value = random.nextInt(4) == 0
                    ? pick(random, List.of("null", "true", "1e999", "-0", "[]", "{}", "[1,[2]]", "9".repeat(2000)))
                    : "\"" + pick(random, TEXTS).replace("\"", "") + pick(random, List.of("", "\\u0000", "\\ud800"))
                            + "\"";
            fields.add("\"" + pick(random, NAMES) + "\":" + value);
        }
        return ("{" + String.join(",", fields) + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] mutated(Random random, byte[] bytes) {
        for (int i = random.nextInt(5) - 2; i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static byte[] noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Most bodies are as long as they say. */
    private static HostileRequest framed(Random random, StringBuilder head, byte[] body) {
        return switch (random.nextInt(12)) {
            case 0 -> request(head, "Content-Length: " + (body.length + 1 + random.nextInt(1 << 20)), body, false);
            case 1 -> request(head, "Content-Length: " + pick(random, TEXTS).replace("\u00e4", "x"), body, false);
            case 2 -> request(head, "Content-Length: 5\r\nContent-Length: 7", body, false);
            case 3 -> request(head, "Transfer-Encoding: chunked", chunks(random, body, true), true);
            case 4 -> request(head, "Transfer-Encoding: chunked", chunks(random, body, false), false);
            case 5 -> request(head, "Transfer-Encoding: chunked", body, false);
            case 6 -> request(head, "Transfer-Encoding: gzip, chunked\r\nContent-Length: 3", body, false);
            case 7 -> new HostileRequest(noise(random, 1 + random.nextInt(3000)), false);
            default -> request(head, "Content-Length: " + body.length, body, true);
        };
    }

    private static byte[] chunks(Random random, byte[] body, boolean isHonest) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; ) {
            int length = Math.min(body.length - at, 1 + random.nextInt(2000));
            String size = Integer.toHexString(length);
            if (!isHonest && random.nextInt(3) == 0) {
                size = pick(
                        random,
                        List.of("-1", "ffffffffffffffff", "7fffffff", "zz", "", "0x10", "1;" + "x".repeat(9000)));
            }
            chunks.writeBytes((size + "\r\n").getBytes(StandardCharsets.US_ASCII));
            chunks.write(body, at, length);
            chunks.writeBytes(new byte[] {'\r', '\n'});
            at += length;
        }
        if (isHonest) {
            chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        return chunks.toByteArray();
    }

    private static HostileRequest request(StringBuilder head, String framing, byte[] body, boolean isHttp) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((head + framing + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return new HostileRequest(bytes.toByteArray(), isHttp);
    }

    private static <T> T pick(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** The beginning, for messages. */
    String text() {
        String text = new String(bytes, 0, Math.min(bytes.length, 400), StandardCharsets.ISO_8859_1);
        return text.replaceAll("[^\\x20-\\x7e\\n]", "?");
    }
}
