// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import java.time.Duration;

/**
 * How long each step of flashing may go without an end before OpenOCD counts as stuck. A step beyond its limit made no
 * progress, however long flashing takes in all; nothing else gets a flasher killed, because killing one in the middle
 * leaves torn flash words.
 *
 * @param connect finding the probe, connecting, resetting into halt
 * @param eraseSector erasing one sector; beyond OpenOCD's own 10 s limit, so that OpenOCD can report
 * @param writeChunk programming one piece of {@value FlashChunks#CHUNK_BYTES} bytes
 * @param verifyBase comparing the image by checksum, plus {@code verifyPerMebibyte}
 * @param verifyPerMebibyte of the image, rounded up
 * @param reset starting the firmware and ending
 */
public record FlashPatience(
        Duration connect,
        Duration eraseSector,
        Duration writeChunk,
        Duration verifyBase,
        Duration verifyPerMebibyte,
        Duration reset) {
    private static final long MEBIBYTE = 1L << 20;

    /**
     * Limits for silicon. STM32H743 data sheet DS12110, "Flash memory programming": a 128 KB sector erases within 4 s at
     * worst, a flash word programs within 580 µs. Without a work area OpenOCD writes word by word through the probe,
     * at about 1 KB/s on USB.
     */
    public static final FlashPatience FOR_SILICON = new FlashPatience(
            Duration.ofSeconds(15),
            Duration.ofSeconds(15),
            Duration.ofSeconds(45),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(15));

    /** The limit for verifying an image of this size. */
    Duration verify(long imageBytes) {
        return verifyBase.plus(verifyPerMebibyte.multipliedBy((imageBytes + MEBIBYTE - 1) / MEBIBYTE));
    }
}
