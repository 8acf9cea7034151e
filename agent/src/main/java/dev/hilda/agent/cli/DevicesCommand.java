// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.discovery.BoardDiscovery.Findings;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import dev.hilda.profile.Timing;
import dev.hilda.profile.Verification;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hilda devices}: the boards attached to this host now. */
@Command(
        name = "devices",
        description = "Lists the attached boards and the profiles they may be used with.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda devices --json")
public final class DevicesCommand implements Callable<Integer> {
    static final String NONE = """
            no board is attached
              a board:  plug its ST-Link USB connector in; ./hilda doctor says what keeps it from being seen
              no board: start a virtual one in another terminal, ./hilda virtual-board
            """;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    /** One attached board, as JSON shows it. */
    record Device(
            String stLinkSerial,
            String product,
            String serialPort,
            Timing timing,
            List<String> profiles,
            Map<String, Verification> verifiedOn) {
        /** @param profiles that reach the board in the same way, at least one */
        static Device of(AttachedBoard board, List<BoardProfile> profiles) {
            Map<String, Verification> verifiedOn = new LinkedHashMap<>();
            profiles.forEach(profile -> verifiedOn.put(profile.name(), profile.verifiedOn()));
            return new Device(
                    board.stLinkSerial(),
                    board.product(),
                    board.serialPort().map(Path::toString).orElse(""),
                    profiles.get(0).timing(),
                    List.copyOf(verifiedOn.keySet()),
                    verifiedOn);
        }

        private String verifications() {
            return verifiedOn.values().stream().map(Object::toString).collect(Collectors.joining(", "));
        }
    }

    @Override
    public Integer call() {
        Map<AttachedBoard, List<BoardProfile>> profiles = new LinkedHashMap<>();
        Set<String> problems = new LinkedHashSet<>();
        BoardDiscovery discovery = BoardDiscovery.ofThisHost(System.getenv());
        for (BoardProfile profile :
                ProfileCatalog.ofUser(System.getenv()).list().profiles()) {
            Findings findings = discovery.find(profile);
            problems.addAll(findings.problems());
            for (AttachedBoard board : findings.boards()) {
                profiles.computeIfAbsent(board, key -> new ArrayList<>()).add(profile);
            }
        }
        List<Device> devices = new ArrayList<>();
        profiles.forEach((board, usable) -> devices.add(Device.of(board, usable)));
        print(devices, problems);
        return ExitCode.OK.code();
    }

    static TextTable table(List<Device> devices) {
        TextTable table =
                new TextTable("ST-LINK SERIAL", "PRODUCT", "SERIAL PORT", "TIMING", "USE WITH --on", "VERIFIED ON");
        devices.forEach(device -> table.add(
                device.stLinkSerial(),
                device.product(),
                device.serialPort(),
                device.timing().label(),
                String.join(", ", device.profiles()),
                device.verifications()));
        return table;
    }

    private void print(List<Device> devices, Set<String> problems) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonOutput.of(Map.of("devices", devices)));
        } else {
            out.print(devices.isEmpty() ? NONE : table(devices));
        }
        out.flush();
        problems.forEach(problem -> spec.commandLine().getErr().println("hilda: not listed: " + problem));
    }
}
