// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells networks that got slower from a board, or a bench, on which all do: where more than half of the networks of a board,
 * and at least {@value #LEAST}, shift their cycles the same way, and the bundle of one of them is the baseline's own, the board
 * is at fault and no network is accused.
 */
final class CommonCause {
    private static final int LEAST = 2;
    private static final String CYCLES = "cycles";

    /**
     * Of one board.
     *
     * @param networks whose cycles can be compared
     * @param unchanged whose bundle is the baseline's
     */
    private record Shifts(Set<String> networks, Set<String> slower, Set<String> faster, Set<String> unchanged) {
        Shifts() {
            this(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
        }

        void add(Comparison comparison, Verdict verdict) {
            String network = comparison.candidate().model();
            networks.add(network);
            if (verdict == Verdict.WORSE) {
                slower.add(network);
            } else if (verdict == Verdict.BETTER) {
                faster.add(network);
            }
            if (Change.among(comparison.changes(), Set.of("bundle_sha256")).isEmpty()) {
                unchanged.add(network);
            }
        }

        private boolean isMost(Set<String> shifted) {
            return shifted.size() >= LEAST
                    && 2 * shifted.size() > networks.size()
                    && shifted.stream().anyMatch(unchanged::contains);
        }

        Optional<String> cause(String board, Verdict verdict) {
            Set<String> shifted = verdict == Verdict.WORSE ? slower : faster;
            boolean isShift = verdict == Verdict.WORSE || verdict == Verdict.BETTER;
            return isShift && isMost(shifted)
                    ? Optional.of(shifted.size() + " of " + networks.size() + " networks on board " + board + " are "
                            + (verdict == Verdict.WORSE ? "slower" : "faster")
                            + " alike: the board or its bench, not the networks")
                    : Optional.empty();
        }
    }

    private CommonCause() {}

    static List<Comparison> applied(List<Comparison> night) {
        Map<String, Shifts> boards = new HashMap<>();
        for (Comparison comparison : night) {
            cycles(comparison)
                    .ifPresent(verdict -> boards.computeIfAbsent(board(comparison), board -> new Shifts())
                            .add(comparison, verdict.verdict()));
        }
        List<Comparison> judged = new ArrayList<>();
        for (Comparison comparison : night) {
            judged.add(cycles(comparison)
                    .flatMap(verdict -> boards.getOrDefault(board(comparison), new Shifts())
                            .cause(board(comparison), verdict.verdict()))
                    .map(cause -> blamed(comparison, cause))
                    .orElse(comparison));
        }
        return judged;
    }

    private static String board(Comparison comparison) {
        return comparison.candidate().boardSerial();
    }

    /** Where they are of the same chip and clock, and nobody has to decide whether a compiler is behind it. */
    static Optional<MetricVerdict> cycles(Comparison comparison) {
        return comparison.verdicts().stream()
                .filter(verdict -> verdict.metric().equals(CYCLES)
                        && verdict.verdict() != Verdict.NOT_COMPARABLE
                        && verdict.verdict() != Verdict.OPEN)
                .findFirst();
    }

    /** With a fault in the place of its verdict on cycles. */
    static Comparison blamed(Comparison comparison, String cause) {
        return comparison.with(comparison.verdicts().stream()
                .map(verdict -> verdict.metric().equals(CYCLES)
                        ? new MetricVerdict(CYCLES, Verdict.FAULT, cause, verdict.figures(), verdict.paired())
                        : verdict)
                .toList());
    }
}
