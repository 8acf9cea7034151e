// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.profile.Labelled;
import java.util.List;

/** What the verdicts on a run's figures come to. */
public enum Conclusion implements Labelled {
    CLEAN,
    REGRESSED,
    FAULT,
    OPEN;

    /** A fault comes first, as figures of a faulty bench accuse nobody; what nothing could be compared of is open. */
    static Conclusion of(List<Verdict> verdicts) {
        if (verdicts.contains(Verdict.FAULT)) {
            return FAULT;
        }
        if (verdicts.contains(Verdict.WORSE)) {
            return REGRESSED;
        }
        boolean isJudged = verdicts.stream().anyMatch(verdict -> verdict != Verdict.NOT_COMPARABLE);
        return verdicts.contains(Verdict.OPEN) || !isJudged ? OPEN : CLEAN;
    }
}
