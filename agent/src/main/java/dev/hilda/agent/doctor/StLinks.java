// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.discovery.BoardDiscovery.Findings;
import dev.hilda.agent.discovery.UsbDiscovery;
import java.util.List;

/** The ST-Links on the USB. */
record StLinks(List<String> usbIds) {
    StLinks {
        usbIds = List.copyOf(usbIds);
    }

    Findings of(Host host) {
        return new UsbDiscovery(host.at("/sys/bus/usb/devices"), host.at("/dev")).find(usbIds);
    }

    /** A host without one may be meant for virtual boards. */
    Severity severityWithoutAccess(Host host) {
        return of(host).boards().isEmpty() ? Severity.WARNING : Severity.PROBLEM;
    }

    /** The board's serial port as this user knows it. */
    static String port(AttachedBoard board) {
        return board.serialPort().map(port -> "/dev/" + port.getFileName()).orElse("");
    }
}
