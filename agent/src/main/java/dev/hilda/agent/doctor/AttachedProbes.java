// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.discovery.BoardDiscovery.Findings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Each ST-Link: that it can be opened, has a serial port, and firmware that OpenOCD can use. */
record AttachedProbes(StLinks stLinks) implements Check {
    private static final String SUBJECT = "st-link";
    private static final String OPENOCD = "openocd";
    private static final String USB_DEVICES = "/sys/bus/usb/devices";
    private static final Pattern FIRMWARE = Pattern.compile("STLINK (V(\\d+)J(\\d+)\\S*)");
    private static final int V2 = 2;

    /** Direct access to the debug port, by OpenOCD 0.12. */
    private static final int LEAST_V2 = 24;

    /** Banks of the debug port, likewise; OpenOCD works around their absence. */
    private static final int GOOD_V2 = 32;

    private static final int GOOD_V3 = 2;
    private static final String UPDATE = "update it with ST's STSW-LINK007 (STLinkUpgrade)";

    @Override
    public List<Finding> look(Host host) throws InterruptedException {
        Findings attached = stLinks.of(host);
        List<Finding> findings = new ArrayList<>();
        for (String problem : attached.problems()) {
            findings.add(Finding.warning(SUBJECT, problem, UPDATE));
        }
        for (AttachedBoard board : attached.boards()) {
            findings.add(one(host, board));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.warning(
                    SUBJECT,
                    "none on the USB",
                    "plug the board's ST-Link connector in, by a cable with data lines; or ./hilda virtual-board"));
        }
        return findings;
    }

    private static Finding one(Host host, AttachedBoard board) throws InterruptedException {
        String name = board.product() + " " + board.stLinkSerial();
        if (board.serialPort().isEmpty()) {
            return Finding.problem(SUBJECT, name + " has no serial port", "sudo modprobe cdc_acm");
        }
        String port = StLinks.port(board);
        Optional<String> device = deviceFile(host, board.stLinkSerial());
        if (device.isPresent() && !host.mayWrite(device.get())) {
            return Finding.problem(SUBJECT, name + ": this user may not open " + device.get(), UdevRules.RELOAD);
        }
        return host.program(OPENOCD).isEmpty()
                ? Finding.ok(SUBJECT, name + " at " + port + "; without OpenOCD its firmware stays unknown")
                : firmware(host, board, name + " at " + port);
    }

    private static Finding firmware(Host host, AttachedBoard board, String name) throws InterruptedException {
        Optional<Matcher> found = host.answer(
                        OPENOCD,
                        "-f",
                        "interface/stlink-dap.cfg",
                        "-c",
                        "transport select dapdirect_swd; adapter serial " + board.stLinkSerial()
                                + "; gdb_port disabled; tcl_port disabled; telnet_port disabled; init; shutdown")
                .map(FIRMWARE::matcher)
                .filter(Matcher::find);
        if (found.isEmpty()) {
            return Finding.warning(
                    SUBJECT,
                    name + ": OpenOCD did not learn its firmware's version",
                    "end what uses it, or unplug it and plug it in again");
        }
        int generation = Integer.parseInt(found.get().group(2));
        int release = Integer.parseInt(found.get().group(3));
        String text = name + ", firmware " + found.get().group(1);
        if (generation < V2 || (generation == V2 && release < LEAST_V2)) {
            return Finding.problem(SUBJECT, text + ", older than V2J" + LEAST_V2, UPDATE);
        }
        int good = generation == V2 ? GOOD_V2 : GOOD_V3;
        return release < good
                ? Finding.warning(SUBJECT, text + ", older than V" + generation + "J" + good, UPDATE)
                : Finding.ok(SUBJECT, text);
    }

    /** {@code /dev/bus/usb/BUS/DEVICE}. */
    private static Optional<String> deviceFile(Host host, String serial) {
        return host.children(USB_DEVICES).stream()
                .filter(device ->
                        host.text(device + "/serial").orElse("").strip().equals(serial))
                .flatMap(device -> number(host, device + "/busnum")
                        .flatMap(bus -> number(host, device + "/devnum")
                                .map(number -> String.format("/dev/bus/usb/%03d/%03d", bus, number)))
                        .stream())
                .findFirst();
    }

    private static Optional<Integer> number(Host host, String file) {
        return host.text(file)
                .map(String::strip)
                .filter(text -> text.matches("\\d{1,4}"))
                .map(Integer::valueOf);
    }
}
