// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.doctor.Doctor;
import dev.hilda.agent.doctor.Finding;
import dev.hilda.agent.doctor.Host;
import dev.hilda.agent.doctor.Severity;
import dev.hilda.agent.doctor.ThisHost;
import dev.hilda.profile.ProfileCatalog;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hilda doctor}: what is wrong with this machine as a bench. */
@Command(
        name = "doctor",
        description = {
            "Looks over this machine: tools, rights, ST-Links, broker, folders; each finding with what mends it.",
            "Changes nothing. Exit code 4 when something is a problem."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda doctor --json")
public final class DoctorCommand implements Callable<Integer> {
    private static final String INDENT = " ".repeat(10);

    private final boolean buildsFirmware;
    private final Host host;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BrokerOption broker;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    /** What was found, as JSON shows it. */
    private record Report(List<Finding> findings, long problems, long warnings) {}

    /**
     * Examines the machine it runs on.
     *
     * @param buildsFirmware whether models become bundles here, not only run
     */
    public DoctorCommand(boolean buildsFirmware) {
        this(buildsFirmware, new ThisHost(System.getenv()));
    }

    DoctorCommand(boolean buildsFirmware, Host host) {
        this.buildsFirmware = buildsFirmware;
        this.host = host;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<String> usbIds = ProfileCatalog.ofUser(System.getenv()).list().profiles().stream()
                .flatMap(profile -> profile.probe().usbIds().stream())
                .distinct()
                .toList();
        List<Finding> findings = new Doctor(buildsFirmware, usbIds, broker.address()).examine(host);
        long problems = count(findings, Severity.PROBLEM);
        long warnings = count(findings, Severity.WARNING);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(TerminalText.harmless(JsonOutput.of(new Report(findings, problems, warnings))));
        } else {
            findings.forEach(finding -> out.print(TerminalText.harmless(line(finding))));
            out.printf(Locale.ROOT, "%d problems, %d warnings%n", problems, warnings);
        }
        out.flush();
        return (problems == 0 ? ExitCode.OK : ExitCode.BUILD).code();
    }

    private static String line(Finding finding) {
        String text = String.format(
                Locale.ROOT, "%-9s %s: %s%n", finding.severity().label(), finding.subject(), finding.text());
        return finding.remedy().isEmpty() ? text : text + INDENT + "what to do: " + finding.remedy() + "\n";
    }

    private static long count(List<Finding> findings, Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }
}
