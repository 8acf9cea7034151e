// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.store.StoreCare;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda store}: looks after what this bench remembers. */
@Command(
        name = "store",
        description =
                "Looks after the store of this bench: its runs, what their images came to, and what no broker has.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {"  hilda store backup /mnt/backup/hilda.db", "  hilda store prune --older-than 365 --dry-run"})
public final class StoreCommand implements Runnable {
    private final BenchStore benchStore;

    @Spec
    private CommandSpec spec;

    public StoreCommand() {
        this(System.getenv());
    }

    StoreCommand(Map<String, String> environment) {
        this.benchStore = new BenchStore(environment);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** How a command of this group prints. */
    static final class Printing {
        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        /** Does something with the open store. */
        @FunctionalInterface
        interface Step {
            Object run(Store store);
        }

        int withStore(BenchStore benchStore, Step step) throws InterruptedException {
            return result(() -> {
                try (Store store = benchStore.open(spec.commandLine().getErr())) {
                    return text(step.run(store));
                }
            });
        }

        int result(RunOutput.Answer answer) throws InterruptedException {
            return RunOutput.result(spec.commandLine(), json, answer);
        }

        String text(Object document) {
            return json ? JsonOutput.of(document) : document.toString();
        }
    }

    /** What a copy holds. */
    private record Copy(String file, StoreCare.Content content) {
        @Override
        public String toString() {
            return file + ": " + content.runs() + " runs, " + content.outcomes() + " outcomes of images, "
                    + content.waiting() + " results that wait for a broker";
        }
    }

    @Command(
            name = "backup",
            description = "Writes a copy of the store, complete and of one moment; runs may go on meanwhile.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda store backup /mnt/backup/hilda.db")
    int backup(
            @Mixin Printing printing,
            @Parameters(paramLabel = "FILE", description = "The copy; must not exist.") Path file)
            throws InterruptedException {
        return printing.withStore(benchStore, store -> {
            store.care().backup(file);
            return new Copy(file.toString(), store.care().content());
        });
    }

    @Command(
            name = "restore",
            description = "Puts a copy in the place of a store that is not there; a damaged copy is refused.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda store restore /mnt/backup/hilda.db")
    int restore(
            @Mixin Printing printing,
            @Parameters(paramLabel = "FILE", description = "A copy that hilda store backup wrote.") Path file)
            throws InterruptedException {
        return printing.result(() -> printing.text(new Copy(benchStore.file().toString(), benchStore.restore(file))));
    }

    private record Verified(boolean passed, List<String> faults) {
        @Override
        public String toString() {
            return "no damage found";
        }
    }

    @Command(
            name = "verify",
            description = "Looks for damage: of the file, between its tables, in its documents.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda store verify")
    int verify(@Mixin Printing printing) throws InterruptedException {
        return printing.withStore(benchStore, store -> {
            List<String> faults = store.care().verify();
            if (faults.isEmpty()) {
                return new Verified(true, faults);
            }
            throw BenchFailure.of(FailureKind.STORE, "find the store " + benchStore.file() + " sound")
                    .expected("no faults")
                    .actual(faults.size() + ":\n    " + String.join("\n    ", faults))
                    .remedy("move it away and bring back a copy with hilda store restore FILE")
                    .failure();
        });
    }

    private record Pruned(long runs, boolean dryRun) {
        @Override
        public String toString() {
            return runs + " runs " + (dryRun ? "would be removed" : "removed");
        }
    }

    @Command(
            name = "prune",
            description =
                    "Removes runs that began and jobs that ended long ago, with what their images came to; what waits for a broker stays.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda store prune --older-than 365 --dry-run")
    int prune(
            @Mixin Printing printing,
            @Option(
                            names = "--older-than",
                            required = true,
                            paramLabel = "DAYS",
                            description = "Runs that began so many days ago or earlier.")
                    int days,
            @Option(names = "--dry-run", description = "Only count them.") boolean isDry)
            throws InterruptedException {
        if (days < 1) {
            throw new ParameterException(spec.commandLine(), "--older-than: expected a number from 1 on, got " + days);
        }
        return printing.withStore(
                benchStore,
                store -> new Pruned(store.care().prune(Instant.now().minus(Duration.ofDays(days)), isDry), isDry));
    }
}
