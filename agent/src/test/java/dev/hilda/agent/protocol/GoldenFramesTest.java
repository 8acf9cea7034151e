// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The frames that the C codec's tests read as well. */
class GoldenFramesTest {
    private static final String RESOURCE = "/firmware-template/protocol/golden/frames.txt";

    @TestFactory
    Stream<DynamicTest> shouldEncodeAndDecodeEveryGoldenFrame() throws IOException {
        Map<String, Map<String, String>> frames = read();
        assertEquals(19, frames.size());
        return frames.entrySet().stream()
                .map(frame -> DynamicTest.dynamicTest(frame.getKey(), () -> check(frame.getValue())));
    }

    private static void check(Map<String, String> frame) {
        FrameHeader header = header(field(frame, "header"));
        byte[] line = HexFormat.of().parseHex(field(frame, "line"));
        assertArrayEquals(line, FrameEncoder.encode(header, payload(frame)));
        FrameCollector collector = new FrameCollector();
        new FrameDecoder(collector).feed(line, 0, line.length);
        assertEquals(1, collector.headers.size());
        assertEquals(header, collector.headers.get(0));
        assertArrayEquals(payload(frame), collector.payloads.get(0));
    }

    @Test
    void shouldReadTheGoldenHello() throws IOException {
        byte[] payload = payload(frame("hello"));
        Hello hello = Hello.decode(payload);
        Hello expected = new Hello(
                1,
                Hello.FirmwareKind.BASE,
                Hello.ClockSource.HSE_BYPASS,
                0,
                Hello.ResetCause.SOFTWARE,
                Hello.BootError.NONE,
                8,
                2048,
                "0.1.0",
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                0x20036450,
                "564952540102030405060708",
                2 << 20,
                480_000_000L,
                240_000_000L,
                120_000_000L,
                130L,
                5L,
                0x01440000,
                new CrashRecord(
                        CrashRecord.Kind.BUS_FAULT,
                        2,
                        0x08001234,
                        0x08001201,
                        0x61000000,
                        0x00008200,
                        0x40000000,
                        0x21000000));
        assertEquals(expected, hello);
        assertArrayEquals(payload, hello.encode());
        assertTrue(hello.isVirtual());
        assertEquals(0x2003, hello.revisionId());
        assertEquals(0x450, hello.deviceId());
        assertEquals(923_076.9, hello.realBaud(), 0.1);
    }

    @Test
    void shouldReadTheGoldenStatistics() throws IOException {
        Message answer = Message.decode(payload(frame("statistics-answer")));
        assertTrue(answer.answers(Message.statistics(7)));
        LinkStatistics link = new LinkStatistics(1234567890123L, 9876543210L, 1, 2, 3, 4, 5, 6, 7, 8);
        Statistics expected = new Statistics(1L << 40, 1L << 39, link, 9, 10, 11, 12, 13, 14, 15, 16, 17);
        assertEquals(expected, Statistics.decode(answer.body()));
    }

    @Test
    void shouldReadTheGoldenError() throws IOException {
        Message answer = Message.decode(payload(frame("error-answer")));
        assertTrue(answer.isError());
        assertEquals("error 1: unbekannt: Größe", answer.errorText());
    }

    private static FrameHeader header(String text) {
        int[] fields = Stream.of(text.split(" ", -1))
                .mapToInt(field -> Integer.parseUnsignedInt(field, 16))
                .toArray();
        return new FrameHeader(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]);
    }

    private static byte[] payload(Map<String, String> frame) {
        String hex = field(frame, "payload");
        return HexFormat.of().parseHex(hex.equals("-") ? "" : hex);
    }

    private static String field(Map<String, String> frame, String name) {
        return Objects.requireNonNull(frame.get(name), name);
    }

    private static Map<String, String> frame(String name) throws IOException {
        return Objects.requireNonNull(read().get(name), name);
    }

    private static Map<String, Map<String, String>> read() throws IOException {
        Map<String, Map<String, String>> frames = new LinkedHashMap<>();
        Map<String, String> current = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(GoldenFramesTest.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            for (String row : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                String[] parts = row.split(" ", 2);
                if (parts[0].equals("frame")) {
                    current = new HashMap<>();
                    frames.put(parts[1], current);
                } else if (parts.length == 2) {
                    current.put(parts[0], parts[1]);
                }
            }
        }
        return frames;
    }
}
