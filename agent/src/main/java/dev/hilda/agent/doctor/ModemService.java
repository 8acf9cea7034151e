// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import java.util.List;

/** The service that takes every new serial port for a modem and talks to it. */
record ModemService() implements Check {
    private static final String SUBJECT = "modem manager";

    @Override
    public List<Finding> look(Host host) {
        return List.of(
                host.runs("ModemManager")
                        ? Finding.warning(
                                SUBJECT,
                                "it runs, and holds a board's serial port for some seconds after it is plugged in",
                                "sudo systemctl disable --now ModemManager")
                        : Finding.ok(SUBJECT, "does not run"));
    }
}
