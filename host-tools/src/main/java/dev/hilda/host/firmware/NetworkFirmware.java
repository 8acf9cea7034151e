package dev.hilda.host.firmware;

import dev.hilda.agent.board.FirmwareImage;

/**
 * Firmware with a network, linked and within the board's memories.
 *
 * @param map the linker's map, as text
 * @param linkMap the same, read
 * @param compiler what the compiler says it is
 * @param stackBytes the deepest stack that it can need
 */
public record NetworkFirmware(FirmwareImage image, String map, LinkMap linkMap, String compiler, long stackBytes) {}
