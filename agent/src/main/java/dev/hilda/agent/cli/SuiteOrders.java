// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.night.NightOrder;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.suite.Suite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes orders of nights of suites: opens, builds and packs what they name.
 *
 * @param remarks hears what is being done, and of what cannot run
 */
record SuiteOrders(BundleSource source, ContentSink sink, Consumer<String> remarks) {
    private static final Set<FailureKind> OF_THE_SINK =
            Set.of(FailureKind.SERVICE, FailureKind.STORE, FailureKind.SIGNATURE);

    /**
     * An order. A network that no job can be made of is part of it all the same, so that it is missed.
     *
     * @throws BenchFailure when nothing at all can be ordered
     */
    NightOrder order(Suite suite) throws InterruptedException {
        List<NightOrder.Item> items = new ArrayList<>();
        List<NightOrder.Broken> broken = new ArrayList<>();
        for (Suite.Model model : suite.models()) {
            try {
                remarks.accept("suite " + suite.name() + ": packing " + model.file() + " and " + model.data());
                items.add(item(model));
            } catch (BenchFailure failure) {
                if (OF_THE_SINK.contains(failure.kind())) {
                    throw failure;
                }
                remarks.accept("suite " + suite.name() + ": " + failure.getMessage());
                broken.add(new NightOrder.Broken(
                        level(model.file()), level(model.data()), String.valueOf(failure.getMessage())));
            }
        }
        return new NightOrder(suite.name(), suite.deadline().toSeconds(), suite.policy(), items, broken);
    }

    private NightOrder.Item item(Suite.Model model) throws InterruptedException {
        Optional<Integer> limit =
                model.limit().isPresent() ? Optional.of(model.limit().getAsInt()) : Optional.empty();
        PackedJob packed = PackedJob.of(source, model.file(), model.data(), limit, Optional.empty(), sink);
        return new NightOrder.Item(
                packed.model(),
                packed.dataSet(),
                model.pool().orElse(packed.board()),
                model.boards().toString(),
                model.board(),
                model.limit(),
                packed.bundleSha256(),
                packed.dataSha256(),
                packed.signature());
    }

    /** A file's name without its end, as what cannot be read has no other. */
    private static String level(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String level = Topics.levelOf(dot > 0 ? name.substring(0, dot) : name);
        return level.substring(0, Math.min(level.length(), 64));
    }
}
