// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * What {@link McNemar} can find.
 *
 * @param significance probability from which down a split is no chance
 * @param power how often a drop of the size in question is to be found
 */
public record Detection(double significance, double power) {
    private static final int HALVINGS = 20;
    private static final double DEVIATIONS = 9;
    private static final int AT_THE_EDGE = 20;
    private static final int MOST_COUNTED = 2000;

    /**
     * The smallest drop that a set finds with the power, as a share of its images: exactly, over every number of discordant
     * images that may come and every split of them.
     *
     * @param discordant share of the images that one of two networks alone gets right, in the long run; it is taken to be the
     *     drop itself where that is larger
     * @return empty where even the loss of all images would not be found
     */
    public OptionalDouble smallestDrop(int images, double discordant) {
        Cutoffs cutoffs = new Cutoffs();
        if (chance(cutoffs, images, 1, discordant) < power) {
            return OptionalDouble.empty();
        }
        double missed = 0;
        double found = 1;
        for (int halving = 0; halving < HALVINGS; halving++) {
            double middle = (missed + found) / 2;
            if (chance(cutoffs, images, middle, discordant) < power) {
                missed = middle;
            } else {
                found = middle;
            }
        }
        return OptionalDouble.of(found);
    }

    /**
     * How many images find such a drop with the power: exactly where few of them are discordant, else by the formula of R. J.
     * Connor (Biometrics 43, 1987, 207–211). Rounded up to two digits.
     *
     * @param drop share of images, above 0
     * @param discordant as of {@link #smallestDrop}
     */
    public long imagesFor(double drop, double discordant) {
        double share = Math.max(discordant, drop);
        double deviations = NormalDistribution.quantile(1 - significance / 2) * Math.sqrt(share)
                + NormalDistribution.quantile(power) * Math.sqrt(share - drop * drop);
        double images = deviations * deviations / (drop * drop);
        if (images * share <= MOST_COUNTED) {
            images = counted(drop, discordant, (int) Math.ceil(images));
        }
        double step = Math.max(1, Math.pow(10, Math.floor(Math.log10(images)) - 1));
        return (long) (Math.ceil(images / step) * step);
    }

    /** The same exactly, from about as many. */
    private int counted(double drop, double discordant, int about) {
        Cutoffs cutoffs = new Cutoffs();
        int enough = about;
        while (chance(cutoffs, enough, drop, discordant) < power) {
            enough += enough / 10 + 1;
        }
        int few = 0;
        while (enough - few > 1) {
            int middle = (few + enough) / 2;
            if (chance(cutoffs, middle, drop, discordant) < power) {
                few = middle;
            } else {
                enough = middle;
            }
        }
        return enough;
    }

    /** How often a drop is found. */
    double chance(int images, double drop, double discordant) {
        return chance(new Cutoffs(), images, drop, discordant);
    }

    private double chance(Cutoffs cutoffs, int images, double drop, double discordant) {
        double share = Math.max(discordant, drop);
        double won = (share - drop) / (2 * share);
        double middle = images * share;
        double reach = DEVIATIONS * Math.sqrt(images * share * (1 - share)) + AT_THE_EDGE;
        int first = (int) Math.max(cutoffs.least(), middle - reach);
        int last = (int) Math.min(images, middle + reach);
        if (first > last) {
            return 0;
        }
        int most = cutoffs.mostWon(first);
        double exactly = Binomial.exactly(first, most, won);
        double atMost = Binomial.atMost(first, most, won);
        double sum = Binomial.exactly(images, first, share) * atMost;
        for (int count = first + 1; count <= last; count++) {
            // The distribution with one image more, from that without.
            atMost -= won * exactly;
            exactly *= (1 - won) * count / (count - most);
            if (cutoffs.mostWon(count) > most) {
                exactly *= won * (count - most) / ((1 - won) * (most + 1));
                atMost += exactly;
                most++;
            }
            sum += Binomial.exactly(images, count, share) * atMost;
        }
        return sum;
    }

    /** The most won images, of so many discordant ones, at which the lost ones are too many for chance. */
    private final class Cutoffs {
        /** By discordant images; −1 for none. */
        private int[] most = {-1};

        private int known = 1;

        /** The fewest discordant images that are too uneven for chance where all are lost. */
        int least() {
            int count = 0;
            while (mostWon(count) < 0) {
                count++;
            }
            return count;
        }

        int mostWon(int discordant) {
            for (; known <= discordant; known++) {
                if (known == most.length) {
                    most = Arrays.copyOf(most, 2 * known);
                }
                // With one discordant image more there may be one more that was won, never two.
                int before = most[known - 1];
                most[known] = isFound(known, before + 1) ? before + 1 : before;
            }
            return most[discordant];
        }
    }

    private boolean isFound(int discordant, int won) {
        return 2 * won < discordant && McNemar.probability(discordant - won, won) <= significance;
    }
}
