// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.crash;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CodePlaces;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FunctionTable;
import dev.hilda.agent.process.ChildProcess;
import dev.hilda.agent.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Functions by the firmware's symbol table, lines by {@code addr2line} where that is installed and the file has line
 * numbers.
 */
public final class FirmwarePlaces implements CodePlaces {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String FILE = "firmware.elf";
    /** As the linker script calls them. */
    private static final String GUARD = "stack_guard";

    private static final String STACK = "stack_bottom";
    private static final String UNKNOWN_LINE = "?";

    private final FirmwareImage image;
    private final FunctionTable functions;
    private final String compiler;

    /**
     * Of an image.
     *
     * @param compiler the board's; the program for lines is beside it
     */
    public FirmwarePlaces(FirmwareImage image, String compiler) {
        this.image = image;
        this.functions = FunctionTable.of(image);
        this.compiler = compiler;
    }

    @Override
    public Optional<Place> at(long address) throws InterruptedException {
        Optional<FunctionTable.Function> function = functions.at(address);
        return function.isEmpty()
                ? Optional.empty()
                : Optional.of(new Place(function.get().name(), line(address)));
    }

    @Override
    public boolean holdsFirmware(long address) {
        return image.segments().stream().anyMatch(segment -> segment.range().contains(new AddressRange(address, 1)));
    }

    @Override
    public boolean isStackGuard(long address) {
        OptionalLong guard = functions.address(GUARD);
        OptionalLong stack = functions.address(STACK);
        return guard.isPresent() && stack.isPresent() && address >= guard.getAsLong() && address < stack.getAsLong();
    }

    private Optional<String> line(long address) throws InterruptedException {
        String program = compiler.replaceFirst("gcc$", "addr2line");
        try (WorkFolder folder = WorkFolder.create("crash")) {
            Files.write(folder.path().resolve(FILE), image.elf().toArray());
            List<String> command = List.of(program, "-e", FILE, "0x" + Long.toHexString(address));
            try (ChildProcess lines = ChildProcess.start(command, folder.path())) {
                return lines.nextLine(PATIENCE).filter(line -> !line.contains(UNKNOWN_LINE));
            }
        } catch (IOException | BenchFailure without) {
            return Optional.empty(); // The function's name has to do.
        }
    }
}
