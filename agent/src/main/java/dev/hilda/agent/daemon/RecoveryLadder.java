// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.BenchFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is tried, in this order, when a board does not do what it should: a retry without any of it is useless. After each
 * rung the board must answer; the first rung after which it does ends the climb.
 *
 * @param rungs the mildest first
 * @param check that the board answers
 */
record RecoveryLadder(List<Rung> rungs, Step check) {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryLadder.class);

    RecoveryLadder {
        rungs = List.copyOf(rungs);
    }

    /** Something that a board is treated with. */
    @FunctionalInterface
    interface Step {
        /**
         * Does it.
         *
         * @throws BenchFailure when it cannot be done
         */
        void run() throws InterruptedException;
    }

    /**
     * A step with its name.
     *
     * @param name as a verb phrase, for messages
     */
    record Rung(String name, Step step) {}

    /**
     * How it ended.
     *
     * @param answers whether the board answers
     * @param story what was tried and what came of it, for people
     */
    record Outcome(boolean answers, String story) {}

    /**
     * What is tried after a reset, where a host can.
     *
     * @param usbReset takes the probe off the USB and lets it back
     * @param power takes the board's power away and gives it back
     */
    static List<Rung> afterReset(Optional<Step> usbReset, Optional<Step> power) {
        List<Rung> rungs = new ArrayList<>();
        usbReset.ifPresent(step -> rungs.add(new Rung("probe taken off the USB and let back", step)));
        power.ifPresent(step -> rungs.add(new Rung("power taken away and given back", step)));
        return rungs;
    }

    Outcome climb() throws InterruptedException {
        List<String> story = new ArrayList<>();
        for (Rung rung : rungs) {
            try {
                rung.step().run();
                check.run();
                story.add(rung.name() + ": it answers");
                LOG.info("recovered: {}", story);
                return new Outcome(true, String.join("; ", story));
            } catch (BenchFailure failure) {
                LOG.warn("{}: {}", rung.name(), failure.getMessage());
                story.add(rung.name() + ": " + failure.actual().orElse(failure.attempted()));
            }
        }
        return new Outcome(false, String.join("; ", story));
    }
}
