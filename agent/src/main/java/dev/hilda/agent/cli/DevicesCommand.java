package dev.hilda.agent.cli;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.discovery.BoardDiscovery.Findings;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
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
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    /** One attached board, as JSON shows it. */
    private record Device(String stLinkSerial, String product, String serialPort, List<String> profiles) {}

    @Override
    public Integer call() {
        Map<AttachedBoard, List<String>> profiles = new LinkedHashMap<>();
        Set<String> problems = new LinkedHashSet<>();
        BoardDiscovery discovery = BoardDiscovery.ofThisHost(System.getenv());
        for (BoardProfile profile :
                ProfileCatalog.ofUser(System.getenv()).list().profiles()) {
            Findings findings = discovery.find(profile);
            problems.addAll(findings.problems());
            for (AttachedBoard board : findings.boards()) {
                profiles.computeIfAbsent(board, key -> new ArrayList<>()).add(profile.name());
            }
        }
        List<Device> devices = new ArrayList<>();
        profiles.forEach((board, names) -> devices.add(new Device(
                board.stLinkSerial(),
                board.product(),
                board.serialPort().map(Path::toString).orElse(""),
                names)));
        print(devices, problems);
        return ExitCode.OK.code();
    }

    private void print(List<Device> devices, Set<String> problems) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonOutput.of(Map.of("devices", devices)));
        } else {
            TextTable table = new TextTable("ST-LINK SERIAL", "PRODUCT", "SERIAL PORT", "USE WITH --on");
            devices.forEach(device -> table.add(
                    device.stLinkSerial(),
                    device.product(),
                    device.serialPort(),
                    String.join(", ", device.profiles())));
            out.print(devices.isEmpty() ? "no board is attached\n" : table);
        }
        out.flush();
        problems.forEach(problem -> spec.commandLine().getErr().println("hilda: not listed: " + problem));
    }
}
