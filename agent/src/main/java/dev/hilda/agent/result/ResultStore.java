// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import dev.hilda.agent.measure.ImageOutcome;
import java.io.IOException;
import java.util.List;

/** Where every result is kept, whatever becomes of its publication. */
public interface ResultStore {
    /** Forgets: for boards that are asked, but whose answers are no results. */
    ResultStore NONE = (result, outcomes, wear) -> new Kept(result, "nowhere");

    /**
     * A result that is kept.
     *
     * @param result with its number among those of its bench, where it is to be published
     * @param place for people
     */
    record Kept(Result result, String place) {}

    /**
     * Keeps a result, of a run that passed or not, before it is published: all of it, or after a failure or a power cut
     * nothing.
     *
     * @param outcomes of the images that were answered, in order; none where no network ran
     * @param wear of the chip's flash
     */
    Kept save(Result result, List<ImageOutcome> outcomes, FlashWear wear) throws IOException;

    /** The same of a run that has erased nothing. */
    default Kept save(Result result, List<ImageOutcome> outcomes) throws IOException {
        return save(result, outcomes, FlashWear.NONE);
    }
}
