// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
    private static final FrameHeader ACK = new FrameHeader(FrameHeader.ACK, 0, 8, 1, 2, 3);

    @Provide
    Arbitrary<byte[]> payloads() {
        Arbitrary<Byte> anything = Arbitraries.bytes();
        Arbitrary<Byte> noZeros = Arbitraries.bytes().filter(value -> value != 0);
        Arbitrary<Byte> mostlyZeros =
                Arbitraries.frequencyOf(Tuple.of(9, Arbitraries.just((byte) 0)), Tuple.of(1, anything));
        return Arbitraries.oneOf(
                anything.array(byte[].class).ofMaxSize(FrameEncoder.MAX_PAYLOAD_BYTES),
                noZeros.array(byte[].class).ofMinSize(230).ofMaxSize(FrameEncoder.MAX_PAYLOAD_BYTES),
                mostlyZeros.array(byte[].class).ofMaxSize(600));
    }

    @Provide
    Arbitrary<FrameHeader> headers() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 255),
                        Arbitraries.integers().between(0, 255),
                        Arbitraries.integers().between(0, 0xFFFF),
                        Arbitraries.integers(),
                        Arbitraries.integers().between(0, 0xFFFF),
                        Arbitraries.integers().between(0, 0xFFFF))
                .as(FrameHeader::new);
    }

    @Property(tries = 300)
    void shouldRestoreAnyFrameInAnyPortions(
            @ForAll("headers") FrameHeader header,
            @ForAll("payloads") byte[] payload,
            @ForAll @IntRange(min = 1, max = 700) int portion) {
        byte[] line = FrameEncoder.encode(header, payload);
        FrameCollector collector = new FrameCollector();
        FrameDecoder decoder = new FrameDecoder(collector);
        for (int offset = 0; offset < line.length; offset += portion) {
            decoder.feed(line, offset, Math.min(portion, line.length - offset));
        }
        assertEquals(1, collector.headers.size());
        assertEquals(header, collector.headers.get(0));
        assertArrayEquals(payload, collector.payloads.get(0));
    }

    @Property(tries = 300)
    void shouldStayWithinTheStatedLineBytes(@ForAll("payloads") byte[] payload) {
        int line = FrameEncoder.encode(ACK, payload).length;
        int sealed = FrameHeader.BYTES + payload.length + FrameEncoder.CRC_BYTES;
        assertTrue(line <= sealed + sealed / 254 + 1 + 2, () -> line + " line bytes for " + payload.length);
    }

    @Property(tries = 500)
    void shouldBeInStepAfterAnyCorruption(
            @ForAll("payloads") byte[] first, @ForAll("payloads") byte[] second, @ForAll long damageSeed) {
        Random damage = new Random(damageSeed);
        byte[] bad = FrameEncoder.encode(ACK, first);
        byte[] good = FrameEncoder.encode(ACK, second);
        FrameCollector collector = new FrameCollector();
        FrameDecoder decoder = new FrameDecoder(collector);
        int place = 1 + damage.nextInt(bad.length - 2);
        switch (damage.nextInt(3)) {
            case 0 -> {
                bad[place] ^= (byte) (1 << damage.nextInt(8));
                decoder.feed(bad, 0, bad.length);
            }
            case 1 -> decoder.feed(bad, 0, place);
            default -> {
                decoder.feed(bad, 0, place);
                decoder.feed(bad, place + 1, bad.length - place - 1);
            }
        }
        assertEquals(0, collector.headers.size(), "a damaged frame came out");
        decoder.feed(good, 0, good.length);
        assertEquals(1, collector.headers.size());
        assertArrayEquals(second, collector.payloads.get(0));
    }

    @Test
    void shouldLoseNoFrameBehindAPrefix() {
        FrameCollector collector = new FrameCollector();
        FrameDecoder decoder = new FrameDecoder(collector);
        byte[] prefix = "AT\r\n+++ATH\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] line = FrameEncoder.encode(ACK, new byte[0]);
        decoder.feed(prefix, 0, prefix.length);
        decoder.feed(line, 0, line.length);
        assertEquals(1, collector.headers.size());
        assertEquals(1, collector.malformed);
        assertEquals(0, collector.badCrc);
    }

    @Test
    void shouldSkipNoiseLongerThanAnyFrame() {
        FrameCollector collector = new FrameCollector();
        FrameDecoder decoder = new FrameDecoder(collector);
        byte[] noise = new byte[10_000];
        Arrays.fill(noise, (byte) 0xFF);
        decoder.feed(noise, 0, noise.length);
        byte[] line = FrameEncoder.encode(ACK, new byte[0]);
        decoder.feed(line, 0, line.length);
        assertEquals(1, collector.headers.size());
        assertEquals(1, collector.malformed);
    }

    @Test
    void shouldRefuseToEncodeMoreThanAFrameHolds() {
        byte[] tooLong = new byte[FrameEncoder.MAX_PAYLOAD_BYTES + 1];
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> FrameEncoder.encode(ACK, tooLong));
        assertEquals("frame payload of 2049 bytes, expected at most 2048", refusal.getMessage());
    }
}
