// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.InputShares;
import dev.hilda.agent.dataset.InputShares.Verdict;
import java.util.Optional;

/** Whether the values of a data set are those that a network reads. */
public final class InputFit {
    private InputFit() {}

    /**
     * Refuses values that the network's input cannot tell apart.
     *
     * @param attempted what they are for, as in {@link BenchFailure#of}
     * @param calibrated the share that was clipped in calibration; 0 where the file brought its own codes
     * @param isAllowed whether wrong values are only remarked on
     * @return a remark on values that are doubtful, or wrong and allowed
     * @throws BenchFailure of kind {@link FailureKind#INPUTS}
     */
    public static Optional<String> require(String attempted, InputShares shares, double calibrated, boolean isAllowed) {
        Verdict verdict = shares.verdict(calibrated);
        if (verdict == Verdict.FITTING) {
            return Optional.empty();
        }
        if (verdict == Verdict.WRONG && !isAllowed) {
            throw BenchFailure.of(FailureKind.INPUTS, attempted)
                    .expected(shares.expected())
                    .actual(shares.actual(calibrated))
                    .remedy(shares.remedy() + "; where the values are meant so, add --allow-clipping")
                    .failure();
        }
        return Optional.of("inputs: expected " + shares.expected() + ", got " + shares.actual(calibrated)
                + "\n  what to do: " + shares.remedy());
    }
}
