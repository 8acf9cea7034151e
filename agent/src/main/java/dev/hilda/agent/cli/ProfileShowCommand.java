// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ChipRevision;
import dev.hilda.profile.Labelled;
import dev.hilda.profile.MemoryRegion;
import dev.hilda.profile.ProbeKind;
import dev.hilda.profile.ProfileCatalog;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda profile show NAME}: everything in one profile. */
@Command(
        name = "show",
        description = "Shows one board profile.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda profile show nucleo-h743zi2")
final class ProfileShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "A name from 'hilda profile list'.")
    private String name;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() {
        BoardProfile profile = ProfileCatalog.ofUser(System.getenv()).load(name);
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? JsonOutput.of(profile) + "\n" : text(profile));
        out.flush();
        return ExitCode.OK.code();
    }

    private static String text(BoardProfile profile) {
        return general(profile) + "\n" + revisions(profile) + "\n" + memory(profile) + "\n" + attachment(profile);
    }

    private static TextTable general(BoardProfile profile) {
        TextTable table = new TextTable("board", profile.name() + " (" + profile.description() + ")");
        table.add("mcu", profile.mcu() + ", " + profile.core());
        table.add("verified on", profile.verifiedOn().toString());
        table.add("timing", profile.timing().label());
        table.add(
                "supply",
                profile.supply().label() + ", at most " + profile.maxVos().label());
        table.add(
                "for a network",
                profile.budget().flashBytes() + " bytes of flash, "
                        + profile.budget().ramBytes() + " bytes of RAM");
        return table;
    }

    private static TextTable revisions(BoardProfile profile) {
        TextTable table = new TextTable("REVISION", "REV_ID", "CORE HZ", "BUS HZ", "USART HZ", "VOS");
        for (ChipRevision revision : profile.chip().revisions()) {
            table.add(
                    revision.name(),
                    String.format(Locale.ROOT, "0x%04X", revision.revId()),
                    String.valueOf(revision.coreHz()),
                    String.valueOf(revision.busHz()),
                    String.valueOf(revision.usartKernelHz()),
                    revision.vos().label());
        }
        return table;
    }

    private static TextTable memory(BoardProfile profile) {
        TextTable table = new TextTable("MEMORY", "ORIGIN", "SIZE BYTES", "ROLES");
        for (MemoryRegion region : profile.memory()) {
            table.add(
                    region.name(),
                    String.format(Locale.ROOT, "0x%08X", region.origin()),
                    String.valueOf(region.sizeBytes()),
                    region.roles().stream().map(Labelled::label).collect(Collectors.joining(", ")));
        }
        return table;
    }

    private static TextTable attachment(BoardProfile profile) {
        TextTable table = new TextTable(
                "serial",
                profile.usart().instance() + " on " + profile.usart().txPin() + "/"
                        + profile.usart().rxPin() + " AF" + profile.usart().alternateFunction() + ", "
                        + profile.usart().defaultBaud() + " baud, ladder "
                        + profile.usart().baudLadder());
        table.add("found by", profile.probe().discovery().label());
        for (ProbeKind kind : profile.probe().kinds()) {
            table.add("ST-Link", kind.type().label() + " up to " + kind.maxReliableBaud() + " baud");
        }
        table.add(
                "OpenOCD",
                profile.openOcd().interfaceFile() + " ("
                        + profile.openOcd().backend().label() + ", "
                        + profile.openOcd().transport().label() + "), "
                        + profile.openOcd().targetFile());
        table.add(
                "compiler",
                profile.toolchain().compiler() + " "
                        + String.join(" ", profile.toolchain().cpuFlags()));
        return table;
    }
}
