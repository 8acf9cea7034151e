// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tells a network that got slower from a board on which it did: where cycles shift on one board, and the same bundle does not
 * shift so far on most of the other boards of its kind that night, the board is at fault. This holds also where every bundle is
 * another one than its baseline, of which {@link CommonCause} cannot tell anything.
 */
final class LonelyShift {
    private final List<Comparison> night;
    private final List<String> bundles;
    private final double percent;

    private LonelyShift(List<Comparison> night, List<String> bundles, double percent) {
        this.night = night;
        this.bundles = bundles;
        this.percent = percent;
    }

    /**
     * With faults in the place of such shifts.
     *
     * @param bundles what ran on which data, of each comparison
     * @param percent by which cycles of the same bundle may differ
     */
    static List<Comparison> applied(List<Comparison> night, List<String> bundles, double percent) {
        LonelyShift shift = new LonelyShift(night, bundles, percent);
        List<Comparison> judged = new ArrayList<>();
        for (int index = 0; index < night.size(); index++) {
            Comparison comparison = night.get(index);
            judged.add(shift.fault(index)
                    .map(fault -> CommonCause.blamed(comparison, fault))
                    .orElse(comparison));
        }
        return judged;
    }

    private Optional<String> fault(int index) {
        Optional<MetricVerdict> verdict = CommonCause.cycles(night.get(index))
                .filter(found -> found.verdict() == Verdict.WORSE || found.verdict() == Verdict.BETTER);
        if (verdict.isEmpty()) {
            return Optional.empty();
        }
        boolean isSlower = verdict.get().verdict() == Verdict.WORSE;
        double cycles = cycles(verdict.get());
        double[] peers = IntStream.range(0, night.size())
                .filter(other -> isPeer(index, other))
                .mapToObj(other -> CommonCause.cycles(night.get(other)))
                .flatMap(Optional::stream)
                .mapToDouble(LonelyShift::cycles)
                .toArray();
        long behind = IntStream.range(0, peers.length)
                .filter(peer -> isSlower
                        ? cycles > peers[peer] * (1 + percent / 100)
                        : cycles < peers[peer] * (1 - percent / 100))
                .count();
        return 2 * behind > peers.length
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "%s than the same bundle on %d of %d other boards of its kind: board %s or its bench, not the network",
                        isSlower ? "slower" : "faster",
                        behind,
                        peers.length,
                        night.get(index).candidate().boardSerial()))
                : Optional.empty();
    }

    private boolean isPeer(int index, int other) {
        Comparison.Side one = night.get(index).candidate();
        Comparison.Side another = night.get(other).candidate();
        return bundles.get(index).equals(bundles.get(other))
                && one.board().equals(another.board())
                && !one.boardSerial().equals(another.boardSerial());
    }

    private static double cycles(MetricVerdict verdict) {
        return verdict.figures().map(Figures::candidate).orElse(0.0);
    }
}
