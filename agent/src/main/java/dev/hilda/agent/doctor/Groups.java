// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import dev.hilda.agent.board.AttachedBoard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The groups whose members may open serial ports and debug probes. */
record Groups(StLinks stLinks) implements Check {
    private static final String SERIAL_PORTS = "dialout";
    private static final String PROBES = "plugdev";
    private static final String SUBJECT = "groups";

    @Override
    public List<Finding> look(Host host) throws InterruptedException {
        if (host.isRoot()) {
            return List.of(Finding.ok(SUBJECT, "root needs none"));
        }
        Set<String> groups =
                Set.of(Arrays.stream(host.answer("id", "-nG").orElse("").strip().split("\\s+", -1))
                        .distinct()
                        .toArray(String[]::new));
        List<String> missing = new ArrayList<>();
        if (!groups.contains(SERIAL_PORTS) && !mayOpenEveryPort(host)) {
            missing.add(SERIAL_PORTS);
        }
        if (!groups.contains(PROBES) && isGroup(host, PROBES)) {
            missing.add(PROBES);
        }
        if (missing.isEmpty()) {
            return List.of(Finding.ok(SUBJECT, "serial ports and probes may be opened"));
        }
        return List.of(missing(host, missing));
    }

    private Finding missing(Host host, List<String> missing) throws InterruptedException {
        // Who sits at the machine gets probes by "uaccess" without the group; serial ports nobody does.
        Severity severity = missing.contains(SERIAL_PORTS) ? stLinks.severityWithoutAccess(host) : Severity.WARNING;
        String user = host.answer("id", "-nu").orElse("$USER").strip();
        List<String> unused =
                missing.stream().filter(group -> isMember(host, group, user)).toList();
        if (unused.size() == missing.size()) {
            return new Finding(
                    severity,
                    SUBJECT,
                    user + " is in " + String.join(", ", missing) + ", but this session began before",
                    "log out and in again, or: newgrp " + missing.get(0));
        }
        return new Finding(
                severity,
                SUBJECT,
                user + " is not in " + String.join(", ", missing),
                "sudo usermod -aG " + String.join(",", missing) + " " + user + ", then log out and in again");
    }

    private boolean mayOpenEveryPort(Host host) {
        List<AttachedBoard> boards = stLinks.of(host).boards();
        return !boards.isEmpty()
                && boards.stream().map(StLinks::port).allMatch(port -> !port.isEmpty() && host.mayWrite(port));
    }

    private static boolean isGroup(Host host, String group) {
        return host.text("/etc/group").stream().flatMap(String::lines).anyMatch(line -> line.startsWith(group + ":"));
    }

    private static boolean isMember(Host host, String group, String user) {
        return host.text("/etc/group").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(group + ":"))
                .anyMatch(line -> Arrays.asList(
                                line.substring(line.lastIndexOf(':') + 1).split(",", -1))
                        .contains(user));
    }
}
