// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.store.StoredTokens;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda token}: who may ask an agent what. Works on the agent's store, where the agent runs. */
@Command(
        name = "token",
        description = "Makes, lists and revokes the tokens that an agent knows its callers by.",
        mixinStandardHelpOptions = true,
        subcommands = {TokenCommand.Create.class, TokenCommand.ListTokens.class, TokenCommand.Revoke.class})
public final class TokenCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** A new token, as JSON shows it. */
    record Created(String name, String role, String token) {}

    /** A token, as JSON shows it. */
    record Listed(String name, String role, String createdAt, boolean isValid) {}

    private record All(List<Listed> tokens) {}

    private record Revoked(String name, boolean isValid) {}

    /** {@code hilda token create}. */
    @Command(
            name = "create",
            description = "Makes a token and prints it, this once.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  (umask 077; hilda token create ci --role submit > ci-token)")
    static final class Create implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(
                index = "0",
                paramLabel = "NAME",
                description = "Whose it is: in the audit, and as submitter of jobs.")
        private String name;

        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                description = "${COMPLETION-CANDIDATES}; each may do what those before it may.")
        private Role role;

        @Mixin
        private ServedStoreOption served;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            if (!Topics.isLevel(name) || name.length() > 64) {
                throw new ParameterException(
                        spec.commandLine(),
                        "NAME: expected at most 64 letters, digits, dots, hyphens and underscores, got \"" + name
                                + "\"");
            }
            return RunOutput.result(spec.commandLine(), json, () -> {
                try (Store store = served.open()) {
                    String secret = store.tokens().create(name, role.label()).orElseThrow(() -> exists(name));
                    return json ? JsonOutput.of(new Created(name, role.label(), secret)) : secret;
                }
            });
        }

        private static BenchFailure exists(String name) {
            return BenchFailure.of(FailureKind.SERVICE, "make a token for " + name)
                    .expected("a name that no valid token has")
                    .actual("there is one")
                    .remedy("hilda token revoke " + name + " first, or choose another name")
                    .failure();
        }
    }

    /** {@code hilda token list}. */
    @Command(
            name = "list",
            description = "Lists the tokens, without their secrets.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda token list")
    static final class ListTokens implements Callable<Integer> {
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
                    List<Listed> tokens = store.tokens().list().stream()
                            .map(ListTokens::listed)
                            .toList();
                    return json ? JsonOutput.of(new All(tokens)) : table(tokens);
                }
            });
        }

        private static Listed listed(StoredTokens.Summary token) {
            return new Listed(
                    token.name(),
                    token.role(),
                    Instant.ofEpochMilli(token.createdAtMs()).toString(),
                    token.isValid());
        }

        private static String table(List<Listed> tokens) {
            if (tokens.isEmpty()) {
                return "no tokens";
            }
            TextTable table = new TextTable("name", "role", "created", "");
            tokens.forEach(token ->
                    table.add(token.name(), token.role(), token.createdAt(), token.isValid() ? "" : "revoked"));
            return table.toString();
        }
    }

    /** {@code hilda token revoke}. */
    @Command(
            name = "revoke",
            description = "Takes a token back: its next request is refused.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda token revoke ci")
    static final class Revoke implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(index = "0", paramLabel = "NAME", description = "Whose it is.")
        private String name;

        @Mixin
        private ServedStoreOption served;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            return RunOutput.result(spec.commandLine(), json, () -> {
                try (Store store = served.open()) {
                    if (!store.tokens().revoke(name)) {
                        throw BenchFailure.of(FailureKind.SERVICE, "revoke the token of " + name)
                                .expected("a valid token of that name")
                                .actual("none")
                                .remedy("hilda token list shows them")
                                .failure();
                    }
                    return json ? JsonOutput.of(new Revoked(name, false)) : "revoked " + name;
                }
            });
        }
    }
}
