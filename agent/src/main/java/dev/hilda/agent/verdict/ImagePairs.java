// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.agent.measure.ImageOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The same images in two runs, paired by what they hold and their label, wherever they stand. An image that is there several
 * times is paired as often as both runs have it.
 *
 * @param pairs of images that both runs have
 * @param baselineOnly images that the earlier run alone has
 * @param candidateOnly images that the later one alone has
 */
record ImagePairs(List<Pair> pairs, int baselineOnly, int candidateOnly) {
    /** One image in both runs. */
    record Pair(ImageOutcome baseline, ImageOutcome candidate) {
        private boolean isLost() {
            return right(baseline) && !right(candidate);
        }

        private boolean isWon() {
            return !right(baseline) && right(candidate);
        }

        private boolean isChanged() {
            return !baseline.prediction().equals(candidate.prediction());
        }
    }

    private record Key(String sha256, OptionalInt label) {
        Key(ImageOutcome outcome) {
            this(outcome.sha256(), outcome.label());
        }
    }

    static ImagePairs of(List<ImageOutcome> baseline, List<ImageOutcome> candidate) {
        List<Pair> pairs = new ArrayList<>();
        // Mostly all images stand where they stood; only the others have to be looked for.
        int alike = alike(baseline, candidate);
        for (int index = 0; index < alike; index++) {
            pairs.add(new Pair(baseline.get(index), candidate.get(index)));
        }
        Map<Key, Deque<ImageOutcome>> waiting = new HashMap<>();
        for (ImageOutcome outcome : baseline.subList(alike, baseline.size())) {
            waiting.computeIfAbsent(new Key(outcome), key -> new ArrayDeque<>()).add(outcome);
        }
        for (ImageOutcome outcome : candidate.subList(alike, candidate.size())) {
            ImageOutcome partner =
                    waiting.getOrDefault(new Key(outcome), new ArrayDeque<>()).poll();
            if (partner != null) {
                pairs.add(new Pair(partner, outcome));
            }
        }
        return new ImagePairs(List.copyOf(pairs), baseline.size() - pairs.size(), candidate.size() - pairs.size());
    }

    /** How many are the same from the first on. */
    private static int alike(List<ImageOutcome> baseline, List<ImageOutcome> candidate) {
        int most = Math.min(baseline.size(), candidate.size());
        int alike = 0;
        while (alike < most && new Key(baseline.get(alike)).equals(new Key(candidate.get(alike)))) {
            alike++;
        }
        return alike;
    }

    int count() {
        return pairs.size();
    }

    /** Images that the earlier run alone gets right. */
    int lost() {
        return (int) pairs.stream().filter(Pair::isLost).count();
    }

    /** Images that the later run alone gets right. */
    int won() {
        return (int) pairs.stream().filter(Pair::isWon).count();
    }

    /** Images with another prediction. */
    int changed() {
        return (int) pairs.stream().filter(Pair::isChanged).count();
    }

    /** Images that the earlier run gets right. */
    int baselineRight() {
        return (int) pairs.stream().filter(pair -> right(pair.baseline)).count();
    }

    private static boolean right(ImageOutcome outcome) {
        return outcome.correct().orElse(false);
    }
}
