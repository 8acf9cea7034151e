// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.result.WornFlash;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A board as others see it.
 *
 * @param serial of its ST-Link
 * @param state in lower case
 * @param jobId of the job that it runs
 * @param holder who has reserved it, or will have it when the job has ended
 * @param reason why it is in that state, for people
 * @param flashErasesMax of the sector of its chip that was erased most often; empty where none is known
 * @param flashEnduranceCycles what the chip's datasheet promises each sector, likewise
 * @param untilMs when the state ends by itself, in milliseconds since 1970: a reservation, or the wait for a probation
 */
public record BoardView(
        String bench,
        String profile,
        String serial,
        String pool,
        String state,
        Optional<String> jobId,
        Optional<String> holder,
        Optional<String> reason,
        OptionalLong flashErasesMax,
        OptionalLong flashEnduranceCycles,
        OptionalLong untilMs) {
    /** The same with what its flash has borne. */
    BoardView worn(WornFlash worn) {
        return new BoardView(
                bench,
                profile,
                serial,
                pool,
                state,
                jobId,
                holder,
                reason,
                OptionalLong.of(worn.erases()),
                OptionalLong.of(worn.enduranceCycles()),
                untilMs);
    }
}
