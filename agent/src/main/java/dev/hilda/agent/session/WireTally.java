// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import java.util.ArrayList;
import java.util.List;

/**
 * When inferences ended, by a board's clock that begins anew when the board does. Each stretch counts from where as many
 * images are done as can be under way: inferences before that run ahead of their answers, which the board queues. From
 * half way in a stretch that is shorter than twice as many.
 */
final class WireTally {
    private final int underWay;
    private final List<Long> firstFinishedAtCycles = new ArrayList<>();
    private long images;
    private long lastFinishedAtCycles;
    private long earlierIntervals;
    private long earlierCycles;

    /** @param underWay as many images can be under way */
    WireTally(int underWay) {
        this.underWay = underWay;
    }

    void add(long finishedAtCycles) {
        if (firstFinishedAtCycles.size() <= underWay) {
            firstFinishedAtCycles.add(finishedAtCycles);
        }
        images++;
        lastFinishedAtCycles = finishedAtCycles;
    }

    /**
     * Another stretch begins.
     *
     * @param sameRate whether those before can be added to it
     */
    void interrupted(boolean sameRate) {
        earlierIntervals = sameRate ? intervals() : 0;
        earlierCycles = sameRate ? cycles() : 0;
        firstFinishedAtCycles.clear();
        images = 0;
    }

    long intervals() {
        return earlierIntervals + (images == 0 ? 0 : images - 1 - first());
    }

    long cycles() {
        return earlierCycles + (images == 0 ? 0 : lastFinishedAtCycles - firstFinishedAtCycles.get(first()));
    }

    private int first() {
        return (int) Math.min(underWay, images / 2);
    }
}
