// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import java.util.Optional;

/**
 * The verdict on one figure.
 *
 * @param metric {@code run}, {@code parity}, {@code accuracy}, {@code cycles}, {@code flash} or {@code ram}
 * @param reason in words
 * @param figures where both runs have one; a share for accuracies, cycles, bytes
 * @param paired where accuracies were compared image by image
 */
public record MetricVerdict(
        String metric, Verdict verdict, String reason, Optional<Figures> figures, Optional<PairedFigures> paired) {
    static MetricVerdict of(String metric, Verdict verdict, String reason) {
        return new MetricVerdict(metric, verdict, reason, Optional.empty(), Optional.empty());
    }

    static MetricVerdict of(String metric, Verdict verdict, String reason, Figures figures) {
        return new MetricVerdict(metric, verdict, reason, Optional.of(figures), Optional.empty());
    }

    static MetricVerdict of(String metric, Verdict verdict, String reason, Figures figures, PairedFigures paired) {
        return new MetricVerdict(metric, verdict, reason, Optional.of(figures), Optional.of(paired));
    }
}
