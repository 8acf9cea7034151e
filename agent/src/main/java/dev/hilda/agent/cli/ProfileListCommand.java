// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ChipRevision;
import dev.hilda.profile.ProfileCatalog;
import dev.hilda.profile.ProfileException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hilda profile list}: every profile, shipped or the user's. */
@Command(
        name = "list",
        description = "Lists the boards there are profiles for. Your own are in $XDG_CONFIG_HOME/hilda/boards.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda profile list --json")
final class ProfileListCommand implements Callable<Integer> {
    private static final long KIBIBYTE = 1024;
    private static final long MEGAHERTZ = 1_000_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() {
        ProfileCatalog.Listing listing = ProfileCatalog.ofUser(System.getenv()).list();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            List<String> withoutPort = listing.profiles().stream()
                    .filter(profile -> profile.firmwarePort().isEmpty())
                    .map(BoardProfile::name)
                    .toList();
            out.println(JsonOutput.of(Map.of("profiles", listing.profiles(), "without_firmware_port", withoutPort)));
        } else {
            out.print(table(listing.profiles()));
        }
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        for (ProfileException broken : listing.broken()) {
            err.println("hilda: not listed: " + broken.getMessage());
        }
        return (listing.broken().isEmpty() ? ExitCode.OK : ExitCode.PROFILE).code();
    }

    private static TextTable table(List<BoardProfile> profiles) {
        TextTable table = new TextTable(
                "NAME", "MCU", "CLOCK", "FLASH", "RAM", "FIRMWARE", "VERIFIED ON", "TIMING", "DESCRIPTION");
        for (BoardProfile profile : profiles) {
            long coreHz = profile.chip().revisions().stream()
                    .mapToLong(ChipRevision::coreHz)
                    .max()
                    .orElseThrow();
            table.add(
                    profile.name(),
                    profile.mcu(),
                    coreHz / MEGAHERTZ + " MHz",
                    profile.budget().flashBytes() / KIBIBYTE + " KiB",
                    profile.budget().ramBytes() / KIBIBYTE + " KiB",
                    profile.firmwarePort().isPresent() ? "yes" : "no port",
                    profile.verifiedOn().toString(),
                    profile.timing().label(),
                    profile.description());
        }
        return table;
    }
}
