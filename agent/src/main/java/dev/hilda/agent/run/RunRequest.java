// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.FlashErases;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.profile.BoardProfile;

/**
 * Where a run takes place, and what becomes of its result.
 *
 * @param bench this bench in the topics, one level
 * @param results where results are kept, published or not
 * @param access lets the run have its board
 */
public record RunRequest(
        BoardProfile profile,
        AttachedBoard board,
        String bench,
        BenchHost host,
        SessionPatience patience,
        ResultStore results,
        BoardAccess access) {
    /** The board, as messages name it. */
    public String boardName() {
        return boardName(profile, board);
    }

    /** The same with another place for its results. */
    public RunRequest keepingIn(ResultStore others) {
        return new RunRequest(profile, board, bench, host, patience, others, access);
    }

    /**
     * What its chip has borne by that. A chip that was not asked goes by its probe: every erase is somebody's.
     */
    public FlashWear wear(FlashErases erases) {
        return new FlashWear(
                erases.chip().orElseGet(() -> "st-link-" + board.stLinkSerial()),
                erases.sectors(),
                profile.chip().flashEnduranceCycles());
    }

    static String boardName(BoardProfile profile, AttachedBoard board) {
        return profile.name() + " (ST-Link " + board.stLinkSerial() + ")";
    }
}
