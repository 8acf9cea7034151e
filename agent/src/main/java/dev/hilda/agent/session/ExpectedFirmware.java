package dev.hilda.agent.session;

import dev.hilda.agent.protocol.Hello.FirmwareKind;

/**
 * What the hello must say for the firmware to be the one that was flashed. Anything else is a stale image, and nothing
 * may be measured with it.
 *
 * @param kind what the firmware can do
 * @param modelHash SHA-256 of the network as 64 hexadecimal digits; all zero without one
 */
public record ExpectedFirmware(FirmwareKind kind, String modelHash) {
    private static final int MODEL_HASH_DIGITS = 64;

    /** The base firmware, which holds no network. */
    public static final ExpectedFirmware BASE = new ExpectedFirmware(FirmwareKind.BASE, "0".repeat(MODEL_HASH_DIGITS));
}
