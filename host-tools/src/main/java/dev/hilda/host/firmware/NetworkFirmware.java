// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.FirmwareImage;
import java.util.List;

/**
 * Firmware with a network, linked and within the board's memories.
 *
 * @param map the linker's map, as text
 * @param linkMap the same, read
 * @param compiler what the compiler says it is
 * @param compilerFlags of every C file
 * @param stackBytes the deepest stack that it can need
 */
public record NetworkFirmware(
        FirmwareImage image,
        String map,
        LinkMap linkMap,
        String compiler,
        List<String> compilerFlags,
        long stackBytes) {
    public NetworkFirmware {
        compilerFlags = List.copyOf(compilerFlags);
    }

    /** Bytes within a range of addresses that come from one source file, named by its path in the template. */
    public long bytesOf(String source, AddressRange within) {
        return linkMap.bytesOf(ObjectCompiler.object(source), within);
    }

    /** Bytes of the functions of one source file, named by its path in the template; without constants. */
    public long codeBytesOf(String source) {
        return linkMap.pieces().stream()
                .filter(piece -> piece.object().equals(ObjectCompiler.object(source)))
                .filter(piece -> piece.name().startsWith(".text"))
                .mapToLong(piece -> piece.range().sizeBytes())
                .sum();
    }
}
