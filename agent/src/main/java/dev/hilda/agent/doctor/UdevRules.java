// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The rules that let others than root open an ST-Link. */
record UdevRules(StLinks stLinks) implements Check {
    static final String RELOAD = "sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=usb";

    private static final String SUBJECT = "udev rules";
    private static final List<String> FOLDERS =
            List.of("/etc/udev/rules.d", "/run/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d");
    private static final String VENDOR = "\"0483\"";
    private static final String RULE =
            "SUBSYSTEM==\"usb\", ATTR{idVendor}==\"0483\", MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\"";

    @Override
    public List<Finding> look(Host host) {
        return FOLDERS.stream()
                .flatMap(folder -> host.children(folder).stream())
                .filter(file -> file.endsWith(".rules") && namesStLinks(host, file))
                .findFirst()
                .map(file -> List.of(Finding.ok(SUBJECT, file)))
                .orElseGet(() -> List.of(missing(host)));
    }

    private static boolean namesStLinks(Host host, String file) {
        return host.text(file).stream()
                .flatMap(String::lines)
                .map(line -> line.strip().toLowerCase(Locale.ROOT))
                .anyMatch(line -> !line.startsWith("#")
                        && line.contains(VENDOR)
                        && Stream.of("mode", "group", "uaccess").anyMatch(line::contains));
    }

    private Finding missing(Host host) {
        if (host.isRoot()) {
            return Finding.ok(SUBJECT, "none for ST-Links; root needs none");
        }
        return new Finding(
                stLinks.severityWithoutAccess(host),
                SUBJECT,
                "none for ST-Links: only root may open them",
                "echo '" + RULE + "' | sudo tee /etc/udev/rules.d/60-hilda.rules && " + RELOAD);
    }
}
