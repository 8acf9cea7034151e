// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.signature.KeyFiles;
import dev.hilda.agent.signature.SigningKey;
import dev.hilda.agent.signature.TrustedKeys;
import dev.hilda.agent.signature.VerificationKey;
import dev.hilda.agent.store.Store;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda key}: who vouches for bundles, and whom a bench trusts. */
@Command(
        name = "key",
        description = "Makes keys, signs bundles with them, and says whose bundles a bench runs.",
        mixinStandardHelpOptions = true,
        subcommands = {
            KeyCommand.Create.class,
            SignCommand.class,
            KeyCommand.Trust.class,
            KeyCommand.ListKeys.class,
            KeyCommand.Revoke.class
        })
public final class KeyCommand implements Runnable {
    private static final int MAX_NAME = 64;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** A new key, as JSON shows it. */
    record Created(String name, String fingerprint, String keyFile, String publicKey) {}

    /** A key, as JSON shows it. */
    record Listed(String name, String fingerprint, String trustedAt, boolean isTrusted) {}

    private record All(boolean unsignedAreRefused, List<Listed> keys) {}

    private record Changed(String name, String fingerprint, boolean isTrusted) {}

    private static void requireName(CommandSpec spec, String what, String name) {
        if (!Topics.isLevel(name) || name.length() > MAX_NAME) {
            throw new ParameterException(
                    spec.commandLine(),
                    what + ": expected at most " + MAX_NAME + " letters, digits, dots, hyphens and underscores, got \""
                            + name + "\"");
        }
    }

    /** Who changes what a bench trusts, in its audit. */
    /** {@code hilda key create}. */
    @Command(
            name = "create",
            description = "Makes a key: NAME.key, which stays yours, and NAME.pub for the benches that shall trust it.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda key create alice --folder ~/.config/hilda")
    static final class Create implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(index = "0", paramLabel = "NAME", description = "Of the two files.")
        private String name;

        @Option(
                names = "--folder",
                paramLabel = "FOLDER",
                defaultValue = "",
                description = "Where they are written; default: here.")
        private Path folder;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            requireName(spec, "NAME", name);
            return RunOutput.result(spec.commandLine(), json, () -> {
                SigningKey key = SigningKey.generate();
                Path secret = KeyFiles.create(folder, name, key);
                VerificationKey open = key.verification();
                return json
                        ? JsonOutput.of(new Created(name, open.fingerprint(), secret.toString(), open.text()))
                        : "key " + open.fingerprint() + " in " + secret + "\n"
                                + open.text().strip();
            });
        }
    }

    /** {@code hilda key trust}. */
    @Command(
            name = "trust",
            description = {
                "Has a bench run the bundles that a key has signed.",
                "From the first on, it refuses bundles that none of them has."
            },
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda key trust alice.pub --config bench.yaml")
    static final class Trust implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private ServedStoreOption served;

        @Parameters(index = "0", paramLabel = "FILE", description = "The public key, NAME.pub.")
        private Path file;

        @Option(names = "--name", paramLabel = "NAME", description = "What it is called here; default: as the file.")
        private Optional<String> name;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            String called =
                    name.orElseGet(() -> String.valueOf(file.getFileName()).replaceFirst("\\.pub$", ""));
            requireName(spec, name.isPresent() ? "--name" : "FILE", called);
            return RunOutput.result(spec.commandLine(), json, () -> {
                VerificationKey key = KeyFiles.open(file);
                try (Store store = served.open()) {
                    store.keys().trust(called, key, BoardOptions.thisUser());
                }
                return json
                        ? JsonOutput.of(new Changed(called, key.fingerprint(), true))
                        : "trusted " + called + ", " + key.fingerprint();
            });
        }
    }

    /** {@code hilda key list}. */
    @Command(
            name = "list",
            description = "Lists the keys that a bench trusts, and those that were revoked.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda key list")
    static final class ListKeys implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private ServedStoreOption served;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            return RunOutput.result(spec.commandLine(), json, () -> {
                try (Store store = served.open()) {
                    TrustedKeys trusted = store.keys().list();
                    List<Listed> keys =
                            trusted.keys().stream().map(ListKeys::listed).toList();
                    return json ? JsonOutput.of(new All(trusted.areRequired(), keys)) : table(keys);
                }
            });
        }

        private static Listed listed(TrustedKeys.Entry entry) {
            return new Listed(
                    entry.name(),
                    entry.key().fingerprint(),
                    Instant.ofEpochMilli(entry.trustedAtMs()).toString(),
                    entry.isTrusted());
        }

        private static String table(List<Listed> keys) {
            if (keys.isEmpty()) {
                return "no keys: unsigned bundles are run";
            }
            TextTable table = new TextTable("name", "fingerprint", "trusted", "");
            keys.forEach(
                    key -> table.add(key.name(), key.fingerprint(), key.trustedAt(), key.isTrusted() ? "" : "revoked"));
            return table.toString();
        }
    }

    /** {@code hilda key revoke}. */
    @Command(
            name = "revoke",
            description = {
                "Takes trust in a key back, for ever: what it has signed is refused, jobs that wait too.",
                "Unsigned bundles stay refused, also when no trusted key is left."
            },
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda key revoke alice")
    static final class Revoke implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private ServedStoreOption served;

        @Parameters(
                index = "0",
                paramLabel = "KEY",
                description = "Its name, or 8 digits or more of its fingerprint's beginning.")
        private String which;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            return RunOutput.result(spec.commandLine(), json, () -> {
                try (Store store = served.open()) {
                    TrustedKeys.Entry key = store.keys().revoke(which, BoardOptions.thisUser());
                    String fingerprint = key.key().fingerprint();
                    return json
                            ? JsonOutput.of(new Changed(key.name(), fingerprint, false))
                            : "revoked " + key.name() + ", " + fingerprint;
                }
            });
        }
    }
}
