// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import dev.hilda.agent.board.FlashErases;
import dev.hilda.agent.board.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows the {@code hilda: STEP DONE/TOTAL} lines of the flash script: what runs now and how long it may. */
final class FlashSteps {
    private static final Pattern STEP =
            Pattern.compile("hilda: (connected|kept|replaced|erased|written|verified) (\\d+)/(\\d+)");
    private static final Pattern CHIP = Pattern.compile("hilda: chip ([0-9a-f]{24})");
    private static final Pattern ERASING = Pattern.compile("hilda: erasing 0x([0-9a-f]{1,8})");

    private enum Step {
        CONNECT("connect to the chip"),
        ERASE("erase a sector"),
        WRITE("program a piece of the image"),
        VERIFY("verify the image"),
        RESET("start the firmware");

        private final String description;

        Step(String description) {
            this.description = description;
        }
    }

    private final FlashPatience patience;
    private final long imageBytes;
    private final boolean keeps;
    private final Progress progress;
    private Step current = Step.CONNECT;
    private int erasedSectors;
    private Optional<String> chip = Optional.empty();
    private final List<Long> erasing = new ArrayList<>();

    /** @param keeps whether an image that is there already is only verified */
    FlashSteps(FlashPatience patience, long imageBytes, boolean keeps, Progress progress) {
        this.keeps = keeps;
        this.patience = patience;
        this.imageBytes = imageBytes;
        this.progress = progress;
    }

    /** Takes a line of output; true when it ends a step, and so counts as progress. */
    boolean accept(String line) {
        note(line.strip());
        Matcher step = STEP.matcher(line.strip());
        if (!step.matches()) {
            return false;
        }
        int done = Integer.parseInt(step.group(2));
        int total = Integer.parseInt(step.group(3));
        boolean last = done == total;
        switch (step.group(1)) {
            case "connected" -> current = keeps ? Step.VERIFY : Step.ERASE;
            case "kept" -> current = Step.RESET;
            case "replaced" -> current = Step.ERASE;
            case "erased" -> {
                erasedSectors = done;
                current = last ? Step.WRITE : Step.ERASE;
                progress.advance("erase", done, total);
            }
            case "written" -> {
                current = last ? Step.VERIFY : Step.WRITE;
                progress.advance("program", done, total);
            }
            default -> {
                current = Step.RESET;
                progress.advance("verify", done, total);
            }
        }
        return true;
    }

    /** Says what is about to happen, so is no progress. */
    private void note(String line) {
        Matcher said = CHIP.matcher(line);
        if (said.matches()) {
            chip = Optional.of(said.group(1));
        }
        Matcher sector = ERASING.matcher(line);
        if (sector.matches()) {
            erasing.add(Long.parseLong(sector.group(1), 16));
        }
    }

    FlashErases erases() {
        return new FlashErases(chip, erasing);
    }

    /** What runs now, as a verb phrase. */
    String description() {
        return current.description;
    }

    /** How long what runs now may take. */
    Duration limit() {
        return switch (current) {
            case CONNECT -> patience.connect();
            case ERASE -> patience.eraseSector();
            case WRITE -> patience.writeChunk();
            case VERIFY -> patience.verify(imageBytes);
            case RESET -> patience.reset();
        };
    }

    int erasedSectors() {
        return erasedSectors;
    }
}
