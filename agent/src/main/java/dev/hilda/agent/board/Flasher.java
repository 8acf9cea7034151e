package dev.hilda.agent.board;

import java.time.Duration;

/** Writes a firmware image into a board's flash, verifies it and starts it. */
public interface Flasher {
    /**
     * Programs, verifies, resets and runs. Returns only after a verified success; otherwise throws a
     * {@link BenchFailure} of kind flash, bench, build or timeout.
     */
    Report flash(FirmwareImage image, Progress progress) throws InterruptedException;

    /**
     * What flashing took.
     *
     * @param imageBytes bytes of the image in flash, without padding
     * @param erasedSectors sectors erased
     * @param duration wall time of the whole step
     */
    record Report(long imageBytes, int erasedSectors, Duration duration) {}
}
