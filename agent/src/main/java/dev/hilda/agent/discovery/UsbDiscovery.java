// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.discovery;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.agent.discovery.BoardDiscovery.Findings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * ST-Links on this host's USB, through sysfs. The serial port that belongs to an ST-Link is the tty of the same USB
 * device; neither order nor description decides.
 */
public final class UsbDiscovery {
    private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9]{1,31}");

    private final Path usbDevices;
    private final Path deviceFiles;

    /**
     * Looks below a sysfs folder.
     *
     * @param usbDevices sysfs folder of USB devices
     * @param deviceFiles folder of device files
     */
    public UsbDiscovery(Path usbDevices, Path deviceFiles) {
        this.usbDevices = usbDevices;
        this.deviceFiles = deviceFiles;
    }

    public static UsbDiscovery ofThisHost() {
        return new UsbDiscovery(Path.of("/sys/bus/usb/devices"), Path.of("/dev"));
    }

    /**
     * The attached ST-Links of certain models.
     *
     * @param usbIds {@code vendor:product} in lower-case hexadecimal
     */
    public Findings find(List<String> usbIds) {
        List<AttachedBoard> boards = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        try {
            for (Path device : children(usbDevices, "*")) {
                addBoard(device, usbIds, boards, problems);
            }
        } catch (IOException e) {
            problems.add(usbDevices + ": " + e.getMessage());
        }
        boards.sort(Comparator.comparing(AttachedBoard::stLinkSerial));
        return new Findings(boards, problems);
    }

    /** The sysfs folder of the ST-Link with that serial number. */
    Optional<Path> device(List<String> usbIds, String serial) {
        try {
            return children(usbDevices, "*").stream()
                    .filter(device -> isOf(device, usbIds, serial))
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isOf(Path device, List<String> usbIds, String serial) {
        try {
            return isStLink(device, usbIds) && attribute(device, "serial").equals(Optional.of(serial));
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static boolean isStLink(Path device, List<String> usbIds) throws IOException {
        Optional<String> vendor = attribute(device, "idVendor");
        Optional<String> product = attribute(device, "idProduct");
        return vendor.isPresent() && product.isPresent() && usbIds.contains(vendor.get() + ":" + product.get());
    }

    /** One device that cannot be read, such as one that is being unplugged, hides no other. */
    private void addBoard(Path device, List<String> usbIds, List<AttachedBoard> boards, List<String> problems) {
        try {
            if (!isStLink(device, usbIds)) {
                return;
            }
            String serial = attribute(device, "serial").orElse("");
            if (serial.isEmpty()) {
                problems.add(device + ": an ST-Link without a serial number");
            } else if (!SERIAL.matcher(serial).matches()) {
                problems.add(device + ": an ST-Link whose serial number \"" + serial
                        + "\" is not 1-31 letters and digits; update its firmware with STSW-LINK007");
            } else {
                boards.add(new AttachedBoard(
                        serial,
                        attribute(device, "product").orElse("ST-Link"),
                        new ProbeBackend.Usb(),
                        serialPort(device),
                        OptionalLong.empty(),
                        Optional.empty()));
            }
        } catch (IOException e) {
            problems.add(device + ": " + e);
        }
    }

    /** The tty below one of the device's interfaces, which sysfs names {@code DEVICE:CONFIGURATION.INTERFACE}. */
    private Optional<Path> serialPort(Path device) throws IOException {
        for (Path usbInterface : children(device, device.getFileName() + ":*")) {
            for (Path tty : children(usbInterface.resolve("tty"), "tty*")) {
                return Optional.of(deviceFiles.resolve(String.valueOf(tty.getFileName())));
            }
        }
        return Optional.empty();
    }

    private static List<Path> children(Path folder, String pattern) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern)) {
            stream.forEach(children::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        children.sort(Comparator.naturalOrder());
        return children;
    }

    private static Optional<String> attribute(Path device, String name) throws IOException {
        try {
            return Optional.of(Files.readString(device.resolve(name), StandardCharsets.UTF_8)
                    .strip());
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        }
    }
}
