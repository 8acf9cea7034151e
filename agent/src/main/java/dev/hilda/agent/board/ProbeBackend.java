// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

/** How OpenOCD reaches an ST-Link. */
public sealed interface ProbeBackend {
    /** The probe is on this host's USB. */
    record Usb() implements ProbeBackend {}

    /**
     * The probe is behind an stlink-server on this host.
     *
     * @param port TCP port on 127.0.0.1, 1–65535
     */
    record Tcp(int port) implements ProbeBackend {
        public Tcp {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("not a TCP port: " + port);
            }
        }
    }
}
