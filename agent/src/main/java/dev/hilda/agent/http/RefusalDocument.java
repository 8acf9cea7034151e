// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.failure.ExplainedException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A refusal as it travels.
 *
 * @param failureKind as results have it
 * @param failure what could not be done
 */
record RefusalDocument(
        String failureKind,
        String failure,
        Optional<String> expected,
        Optional<String> actual,
        Optional<String> remedy) {
    static RefusalDocument of(BenchFailure reason) {
        return new RefusalDocument(
                reason.kind().label(), reason.attempted(), reason.expected(), reason.actual(), reason.remedy());
    }

    static RefusalDocument of(ExplainedException reason, String attempted) {
        return new RefusalDocument(reason.kindLabel(), attempted, reason.expected(), reason.actual(), reason.remedy());
    }

    /** The failure again, on the other side. */
    BenchFailure thrown() {
        BenchFailure.Builder again = BenchFailure.of(kind(), failure);
        expected.ifPresent(again::expected);
        actual.ifPresent(again::actual);
        remedy.ifPresent(again::remedy);
        return again.failure();
    }

    /** A newer agent may know kinds that this program does not. */
    private FailureKind kind() {
        return Arrays.stream(FailureKind.values())
                .filter(known -> known.label().equals(failureKind))
                .findFirst()
                .orElse(FailureKind.SERVICE);
    }
}
