// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Writes a firmware image into a board's flash, verifies it and starts it. */
public interface Flasher {
    /**
     * Programs, verifies, resets and runs. Returns only after a verified success; otherwise throws a
     * {@link BenchFailure} of kind flash, bench, build or timeout.
     */
    Report flash(FirmwareImage image, Progress progress) throws InterruptedException;

    /**
     * The same for an image that is probably there: each bit of it is verified first, and nothing is erased when it is. Wears
     * no flash then.
     */
    default Report flashUnlessThere(FirmwareImage image, Progress progress) throws InterruptedException {
        return flash(image, progress);
    }

    /**
     * Verifies an image that should be there and runs it, but never erases anything.
     *
     * @throws BenchFailure of kind flash when something else is there
     */
    default Report start(FirmwareImage image, Progress progress) throws InterruptedException {
        throw BenchFailure.of(FailureKind.FLASH, "start what is in flash")
                .actual("a flasher that cannot")
                .failure();
    }

    /** Resets the board and runs what is in its flash. */
    default void reset() throws InterruptedException {
        throw BenchFailure.of(FailureKind.BENCH, "reset the board through its probe")
                .actual("a probe that cannot")
                .failure();
    }

    /** The option bytes in force at the last reset, as words that are only compared; empty where they were not read. */
    default Optional<String> optionBytes() {
        return Optional.empty();
    }

    /** Version of the probe's own firmware; empty until the probe was reached. */
    default Optional<String> probeFirmware() {
        return Optional.empty();
    }

    /** What it has erased until now, also of a flash that failed. */
    default FlashErases erases() {
        return FlashErases.NONE;
    }

    /**
     * What flashing took.
     *
     * @param imageBytes bytes of the image in flash, without padding
     * @param erasedSectors sectors erased
     * @param duration wall time of the whole step
     * @param remarks what did not make it fail, but should be looked at
     */
    record Report(long imageBytes, int erasedSectors, Duration duration, List<String> remarks) {
        public Report {
            remarks = List.copyOf(remarks);
        }

        /** A report without remarks. */
        public Report(long imageBytes, int erasedSectors, Duration duration) {
            this(imageBytes, erasedSectors, duration, List.of());
        }
    }
}
