// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.process.ChildProcess;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRole;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Whether the deepest stack that firmware can need is there. */
final class StackCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private StackCheck() {}

    /**
     * Bytes of the deepest stack.
     *
     * @param map the linker's map, which says where the stack is
     * @param linkMap the same, read
     * @throws BenchFailure of kind build when the stack is smaller, or does not lie in a memory that is for it
     */
    static long requireFits(Path elf, String map, LinkMap linkMap, BoardProfile profile, String name)
            throws InterruptedException {
        long bottom = symbol(map, "stack_bottom");
        AddressRange stack = new AddressRange(bottom, symbol(map, "stack_top") - bottom);
        Disassembly code = Disassembly.of(disassemble(elf, linkMap, profile).stream());
        long needed = StackBound.bytes(code.functions(), vectors(FirmwareImage.read(elf), linkMap, code.names()));
        boolean inItsMemory =
                AddressRange.memoriesOf(profile, MemoryRole.STACK).stream().anyMatch(region -> region.contains(stack));
        if (needed > stack.sizeBytes() || !inItsMemory) {
            throw BenchFailure.of(FailureKind.BUILD, "fit the stack of " + name)
                    .board(profile.name())
                    .expected(
                            "at least " + needed + " bytes of stack in a memory with role " + MemoryRole.STACK.label())
                    .actual(stack.sizeBytes() + " bytes, " + stack)
                    .remedy("set stack_bytes in the port's linker script, or the roles in the board's profile")
                    .failure();
        }
        return needed;
    }

    /** Functions that the core enters, reset's first. */
    private static List<String> vectors(FirmwareImage image, LinkMap map, Map<Long, String> names) {
        AddressRange table = map.sections().stream()
                .filter(section -> section.name().equals(".vectors"))
                .map(LinkMap.Section::range)
                .findFirst()
                .orElseThrow();
        FirmwareImage.Segment first = image.segments().get(0);
        int offset = (int) (table.startAddress() - first.range().startAddress());
        IntBuffer words = ByteBuffer.wrap(first.bytes().toArray(), offset, (int) table.sizeBytes())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer();
        // The first word is where the stack starts; bit 0 of the others says Thumb.
        return IntStream.range(1, words.capacity())
                .mapToObj(i -> names.getOrDefault(words.get(i) & 0xfffffffeL, String.format("0x%08x", words.get(i))))
                .toList();
    }

    private static long symbol(String map, String name) {
        Matcher line = Pattern.compile("^ +0x([0-9a-f]+) +" + name + " = ", Pattern.MULTILINE)
                .matcher(map);
        if (!line.find()) {
            throw new IllegalStateException("the link map has no symbol " + name);
        }
        return Long.parseLong(line.group(1), 16);
    }

    /** Code stands before constants, of which there may be megabytes. */
    private static List<String> disassemble(Path elf, LinkMap map, BoardProfile profile) throws InterruptedException {
        long end = map.pieces().stream()
                .filter(piece -> piece.name().startsWith(".text"))
                .mapToLong(piece -> piece.range().endAddress())
                .max()
                .orElseThrow();
        String compiler = profile.toolchain().compiler();
        String objdump = lines(List.of(compiler, "-print-prog-name=objdump")).get(0);
        return lines(List.of(objdump, "-d", "--no-show-raw-insn", "--stop-address=" + end, elf.toString()));
    }

    private static List<String> lines(List<String> command) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        try (ChildProcess child = ChildProcess.start(command, Path.of("/"))) {
            for (Optional<String> line = child.nextLine(PATIENCE); line.isPresent(); line = child.nextLine(PATIENCE)) {
                lines.add(line.get());
            }
            if (child.exitCode(PATIENCE).orElse(-1) != 0 || lines.isEmpty()) {
                throw BenchFailure.of(FailureKind.BUILD, "run " + String.join(" ", command))
                        .actual(lines.isEmpty() ? "no output" : lines.get(lines.size() - 1))
                        .remedy("./hilda setup")
                        .failure();
            }
        }
        return lines;
    }
}
