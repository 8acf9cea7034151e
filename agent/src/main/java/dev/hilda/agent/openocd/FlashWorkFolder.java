// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.openocd.FlashChunks.Chunk;
import dev.hilda.agent.process.WorkFolder;
import dev.hilda.profile.OpenOcdSetup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * A private folder for one run of OpenOCD. Every name in it is ours, because a file name on OpenOCD's command line is
 * Tcl, and a path with brackets, braces, dollars or spaces would be code.
 */
final class FlashWorkFolder implements AutoCloseable {
    static final String SCRIPT = "flash.tcl";

    private static final String IMAGE = "firmware.elf";

    private final WorkFolder folder;
    private final List<Chunk> chunks;

    private FlashWorkFolder(WorkFolder folder, List<Chunk> chunks) {
        this.folder = folder;
        this.chunks = chunks;
    }

    static FlashWorkFolder create(FirmwareImage image, OpenOcdSetup setup) throws IOException {
        FlashWorkFolder folder = new FlashWorkFolder(WorkFolder.create("flash"), FlashChunks.of(image));
        try {
            folder.fill(image, setup);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
        return folder;
    }

    /** For what flashes nothing. */
    static FlashWorkFolder withoutImage(OpenOcdSetup setup) throws IOException {
        FlashWorkFolder folder = new FlashWorkFolder(WorkFolder.create("flash"), List.of());
        try {
            folder.fill(setup);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
        return folder;
    }

    Path path() {
        return folder.path();
    }

    /**
     * The Tcl command that flashes what lies in this folder.
     *
     * @param aim what becomes of an image that is there already
     * @param uniqueIdAddress of the chip's unique ID
     */
    String flashCommand(FlashAim aim, long uniqueIdAddress) {
        String end = String.format(Locale.ROOT, "} %s 0x%08x", aim.word(), uniqueIdAddress);
        StringJoiner list = new StringJoiner(" ", "hilda_flash " + IMAGE + " {", end);
        for (int index = 0; index < chunks.size(); index++) {
            Chunk chunk = chunks.get(index);
            list.add(String.format(
                    Locale.ROOT,
                    "{%s 0x%08x %d}",
                    chunkName(index),
                    chunk.address(),
                    chunk.bytes().size()));
        }
        return list.toString();
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }

    private void fill(FirmwareImage image, OpenOcdSetup setup) throws IOException {
        Files.write(path().resolve(IMAGE), image.elf().toArray());
        for (int index = 0; index < chunks.size(); index++) {
            Files.write(
                    path().resolve(chunkName(index)), chunks.get(index).bytes().toArray());
        }
        fill(setup);
    }

    private void fill(OpenOcdSetup setup) throws IOException {
        copyResource("/dev/hilda/agent/openocd/" + SCRIPT, SCRIPT);
        // A configuration file of the profiles; OpenOCD looks here before it looks into its own scripts.
        copyResource("/openocd/" + setup.interfaceFile(), setup.interfaceFile());
        copyResource("/openocd/" + setup.targetFile(), setup.targetFile());
    }

    private void copyResource(String resource, String name) throws IOException {
        try (InputStream stream = FlashWorkFolder.class.getResourceAsStream(resource)) {
            if (stream != null) {
                Path file = path().resolve(name).normalize();
                Files.createDirectories(file.getParent() == null ? path() : file.getParent());
                Files.copy(stream, file);
            }
        }
    }

    private static String chunkName(int index) {
        return String.format(Locale.ROOT, "chunk-%03d.bin", index);
    }
}
