// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import dev.hilda.agent.publish.mqtt.BrokerAddress;
import java.util.ArrayList;
import java.util.List;

/** Looks a host over. */
public final class Doctor {
    private final List<Check> checks;

    /**
     * Knows what this host is used for.
     *
     * @param buildsFirmware whether models become bundles here, not only run
     * @param usbIds of the debug probes that profiles know, {@code vendor:product} in lower-case hexadecimal
     * @param broker where runs publish
     */
    public Doctor(boolean buildsFirmware, List<String> usbIds, BrokerAddress broker) {
        StLinks stLinks = new StLinks(usbIds);
        this.checks = List.of(
                new Programs(buildsFirmware),
                new UdevRules(stLinks),
                new Groups(stLinks),
                new ModemService(),
                new AttachedProbes(stLinks),
                new Broker(broker),
                new Folders());
    }

    /** What was found, in the order of the checks. */
    public List<Finding> examine(Host host) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        for (Check check : checks) {
            findings.addAll(check.look(host));
        }
        return findings;
    }
}
