// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How two networks answer the same images. Points are hundredths of the images that both runs have.
 *
 * @param commonImages that both runs have
 * @param baselineOnlyImages that take no part, as do {@code candidateOnlyImages}
 * @param lostImages that the earlier network alone gets right
 * @param wonImages that the later one alone gets right
 * @param netImages won minus lost
 * @param discordantImages won and lost
 * @param differencePoints later minus earlier
 * @param differenceLowPoints of its interval
 * @param probability of so uneven a split by chance, by {@link McNemar}
 * @param smallestDropPoints that so many images detect; empty where they detect none
 * @param neededImages that would detect the drop there is, or the one that is not tolerated where there is none
 */
public record PairedFigures(
        int commonImages,
        int baselineOnlyImages,
        int candidateOnlyImages,
        int lostImages,
        int wonImages,
        int netImages,
        int discordantImages,
        double differencePoints,
        double differenceLowPoints,
        double differenceHighPoints,
        double probability,
        OptionalDouble smallestDropPoints,
        OptionalLong neededImages) {
    private static final double POINTS = 100;

    /** Of at least one pair. */
    static PairedFigures of(ImagePairs pairs, Policy policy) {
        int images = pairs.count();
        int lost = pairs.lost();
        int won = pairs.won();
        double discordant = (double) (lost + won) / images;
        DifferenceInterval interval = DifferenceInterval.of(images, lost, won, policy.significance());
        OptionalDouble smallest = policy.detection().smallestDrop(images, discordant);
        double wanted = lost > won ? (double) (lost - won) / images : policy.equalWithinPoints() / POINTS;
        return new PairedFigures(
                images,
                pairs.baselineOnly(),
                pairs.candidateOnly(),
                lost,
                won,
                won - lost,
                lost + won,
                POINTS * (won - lost) / images,
                POINTS * interval.low(),
                POINTS * interval.high(),
                McNemar.probability(lost, won),
                smallest.isPresent() ? OptionalDouble.of(POINTS * smallest.getAsDouble()) : smallest,
                wanted > 0 ? OptionalLong.of(policy.detection().imagesFor(wanted, discordant)) : OptionalLong.empty());
    }
}
