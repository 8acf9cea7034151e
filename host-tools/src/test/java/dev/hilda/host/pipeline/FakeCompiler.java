// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.testing.ElfWriter;
import dev.hilda.host.firmware.LinkMap;
import dev.hilda.host.firmware.NetworkCompiler;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.profile.BoardProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Links each generated C file to as many bytes of flash as its place among them, times 100. */
public final class FakeCompiler implements NetworkCompiler {
    public static final String VERSION = "fake-gcc 12";
    static final long STACK_BYTES = 321;
    private static final long FLASH = 0x08000000;

    /** Of each network that was compiled. */
    public final List<String> modelHashes = new ArrayList<>();

    /** What it says it is. */
    public String version = VERSION;

    /** In the firmware that it makes. */
    public byte code = 1;

    boolean isMissing;
    boolean isInterrupted;

    @Override
    public String requireCompiler(BoardProfile profile) {
        if (isMissing) {
            throw BenchFailure.of(FailureKind.BUILD, "find the compiler").failure();
        }
        return version;
    }

    @Override
    public NetworkFirmware network(BoardProfile profile, String name, Map<String, String> generated, String modelHash)
            throws InterruptedException {
        if (isInterrupted) {
            throw new InterruptedException("while compiling " + name);
        }
        modelHashes.add(modelHash);
        List<LinkMap.Piece> pieces = new ArrayList<>();
        long address = FLASH;
        for (String file :
                generated.keySet().stream().filter(path -> path.endsWith(".c")).toList()) {
            long bytes = 100L * (pieces.size() + 1);
            pieces.add(new LinkMap.Piece(".text", file.replace(".c", ".o"), new AddressRange(address, bytes)));
            address += bytes;
        }
        return new NetworkFirmware(
                FirmwareImage.of(
                        "fake.elf",
                        new ElfWriter(FLASH | 1).load(FLASH, new byte[] {code}).toBytes()),
                "a map",
                new LinkMap(List.of(), pieces),
                version,
                List.of("-O7"),
                STACK_BYTES);
    }
}
