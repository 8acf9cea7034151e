// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.Hello.FirmwareKind;
import java.util.Optional;

/**
 * What the hello must say for the firmware to be the one that was flashed. Anything else is a stale image, and nothing
 * may be measured with it.
 *
 * @param kind what the firmware can do; empty when any will do
 * @param modelHash SHA-256 of the network as 64 hexadecimal digits, all zero without one; empty when any will do
 */
public record ExpectedFirmware(Optional<FirmwareKind> kind, Optional<String> modelHash) {
    private static final int MODEL_HASH_DIGITS = 64;

    /** The base firmware, which holds no network. */
    public static final ExpectedFirmware BASE =
            new ExpectedFirmware(Optional.of(FirmwareKind.BASE), Optional.of("0".repeat(MODEL_HASH_DIGITS)));

    /** A file of the user's own, of which only the user knows what it is. */
    public static final ExpectedFirmware ANY = new ExpectedFirmware(Optional.empty(), Optional.empty());

    /**
     * Firmware with one network and no other.
     *
     * @param modelHash SHA-256 as 64 hexadecimal digits, lower case
     */
    public static ExpectedFirmware network(String modelHash) {
        if (!modelHash.matches("[0-9a-f]{" + MODEL_HASH_DIGITS + "}")) {
            throw new IllegalArgumentException("model hash: expected 64 hexadecimal digits, got " + modelHash);
        }
        return new ExpectedFirmware(Optional.of(FirmwareKind.NETWORK), Optional.of(modelHash));
    }

    boolean allows(Hello hello) {
        return kind.map(hello.firmwareKind()::equals).orElse(true)
                && modelHash.map(hello.modelHash()::equals).orElse(true);
    }
}
