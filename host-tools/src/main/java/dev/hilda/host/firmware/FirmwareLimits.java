// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.cache.ResourceTree;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRole;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the firmware template leaves to a network of the memories they share, as {@code app/limits.h} says.
 *
 * @param scratchBytes for what kernels work in
 * @param stagingBytes for the next image, an answer, and 4 bytes a layer
 * @param ownDataBytes that it takes of the memory of data, stack included
 */
public record FirmwareLimits(long scratchBytes, long stagingBytes, long ownDataBytes) {
    private static final String HEADER = "app/limits.h";

    /** The limits of the template on the class path. */
    public static FirmwareLimits read() {
        String header = ResourceTree.read(FirmwareBuild.TEMPLATE).text(HEADER);
        return new FirmwareLimits(
                literal(header, "NETWORK_SCRATCH_BYTES"),
                literal(header, "NETWORK_STAGING_BYTES"),
                literal(header, "FIRMWARE_DATA_BYTES"));
    }

    /** What a board's memory of data has for a network; 0 where activations lie in that memory anyway. */
    public long dataBytes(BoardProfile profile) {
        boolean isShared = profile.memory().stream()
                .anyMatch(region -> region.isFor(MemoryRole.DATA) && region.isFor(MemoryRole.ACTIVATIONS));
        return isShared ? 0 : Math.max(0, profile.bytesFor(MemoryRole.DATA) - ownDataBytes);
    }

    private static long literal(String header, String name) {
        Matcher line = Pattern.compile("^#define " + name + " (\\d+)$", Pattern.MULTILINE)
                .matcher(header);
        if (!line.find()) {
            throw new IllegalStateException(HEADER + " does not define " + name + " as a decimal literal");
        }
        return Long.parseLong(line.group(1));
    }
}
