// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.serial;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Which other programs hold a device open. Needed because a serial port's lock is advisory: a terminal program that
 * never heard of it opens the port all the same, and two readers share the bytes between them. Linux only; other users'
 * programs stay unseen.
 */
final class PortHolders {
    private PortHolders() {}

    /**
     * Programs that have the device open, as {@code name (process ID)}.
     *
     * @param provider a process that is the device's other end and may hold it
     */
    static List<String> of(Path device, OptionalLong provider) {
        List<String> holders = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            Path target = device.toRealPath();
            for (Path process : processes) {
                long pid = Long.parseLong(String.valueOf(process.getFileName()));
                boolean ours = pid == ProcessHandle.current().pid();
                boolean providers = provider.isPresent() && provider.getAsLong() == pid;
                if (!ours && !providers && holds(process, target)) {
                    holders.add(name(process) + " (process " + pid + ")");
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return holders; // Without /proc nothing can be said, and the lock has to do.
        }
        return holders;
    }

    private static boolean holds(Path process, Path target) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (isLinkTo(descriptor, target)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return false; // It ended, or belongs to another user.
        }
        return false;
    }

    private static boolean isLinkTo(Path descriptor, Path target) {
        try {
            return Files.readSymbolicLink(descriptor).equals(target);
        } catch (IOException e) {
            return false; // Closed while we looked.
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "a program";
        }
    }
}
