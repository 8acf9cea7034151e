// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import dev.hilda.agent.report.Morning;
import dev.hilda.agent.store.JudgedNight;
import dev.hilda.agent.store.Night;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.verdict.Comparison;
import dev.hilda.agent.verdict.NightVerdicts;
import dev.hilda.agent.verdict.NightVerdicts.Pair;
import dev.hilda.agent.verdict.Policy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges the nights of a bench when their jobs have ended, each once, whoever else looks. */
public final class NightJudge {
    private static final Logger LOG = LoggerFactory.getLogger(NightJudge.class);

    private final Store store;
    private final String bench;
    private final Function<Morning, String> document;
    private final Clock clock;

    /** @param document writes a morning down */
    public NightJudge(Store store, String bench, Function<Morning, String> document, Clock clock) {
        this.store = store;
        this.bench = bench;
        this.document = document;
        this.clock = clock;
    }

    /**
     * Judges what has ended since the last look.
     *
     * @param boards of the bench, as they are now
     * @return the mornings that nobody else has made
     */
    public List<Morning> look(List<BoardNow> boards) {
        List<Morning> mornings = new ArrayList<>();
        for (Night night : store.nights().ended(bench)) {
            try {
                judge(night, boards).ifPresent(mornings::add);
            } catch (IllegalArgumentException unreadable) {
                LOG.warn(
                        "night {} cannot be judged: it is another version's; other nights are", night.id(), unreadable);
            }
        }
        return mornings;
    }

    /** Empty where somebody else has judged it meanwhile. */
    private Optional<Morning> judge(Night night, List<BoardNow> boards) {
        Policy policy = NightOrder.parse(night.document()).policy();
        List<NightItem> items = judged(
                store.nights().items(night.id()).stream()
                        .map(item -> NightItem.of(store, item))
                        .toList(),
                policy);
        Morning morning = new MorningMaker(store, night, policy, items, boards).morning(clock.instant());
        JudgedNight judged = new JudgedNight(
                morning.outcome().label(),
                document.apply(morning),
                items.stream().map(NightItem::stored).toList());
        return store.nights().judge(night.id(), judged) ? Optional.of(morning) : Optional.empty();
    }

    /** With verdicts where there is something to hold a run against. */
    private static List<NightItem> judged(List<NightItem> items, Policy policy) {
        List<Pair> pairs = items.stream().flatMap(item -> pair(item).stream()).toList();
        Iterator<Comparison> comparisons = NightVerdicts.of(pairs, policy).iterator();
        List<NightItem> judged = new ArrayList<>();
        for (NightItem item : items) {
            judged.add(pair(item).isPresent() ? item.judged(comparisons.next()) : item);
        }
        return judged;
    }

    private static Optional<Pair> pair(NightItem item) {
        return item.run().flatMap(run -> item.baseline().map(baseline -> new Pair(baseline, run)));
    }
}
