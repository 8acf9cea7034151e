// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of a command that builds the bundle of a model before it uses it. */
final class BuildOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Spec(Spec.Target.SELF)
    private CommandSpec own;

    @Option(
            names = "--board",
            paramLabel = "NAME",
            description = "Of a model: the profile to build for, see hilda profile list.")
    private Optional<String> board;

    @Option(
            names = "--rebuild",
            description =
                    "Of a model: build it again though it was built before, and fail where that gives other bytes.")
    private boolean rebuild;

    @Option(
            names = "--allow-clipping",
            description = "Take calibration data too that fall on a few codes of the input only, with a warning.")
    private boolean allowClipping;

    /** The command whose usage is wrong when these are. */
    void usedBy(CommandSpec user) {
        command = user;
    }

    /** What to build for. */
    BoardProfile profile(Path model) {
        String name = board.orElseThrow(() -> wrong("Missing option: '--board=NAME', since " + model + " is a model"));
        return ProfileCatalog.ofUser(System.getenv()).load(name);
    }

    boolean rebuilds() {
        return rebuild;
    }

    boolean allowsClipping() {
        return allowClipping;
    }

    /** A bundle is built already. */
    void requireNoneFor(Path bundle) {
        for (OptionSpec option : own.options()) {
            if (command.commandLine().getParseResult().hasMatchedOption(option.longestName())) {
                throw wrong(
                        option.longestName() + ": " + bundle + " is a bundle, which is built already; leave it out");
            }
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
