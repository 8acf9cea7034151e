// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The C file that says which network a firmware has (app/identity.h). */
final class IdentitySource {
    private static final int HASH_BYTES = 32;

    private IdentitySource() {}

    /**
     * @param modelHash 64 hexadecimal digits
     */
    static String of(String modelHash) {
        byte[] hash = HexFormat.of().parseHex(modelHash);
        if (hash.length != HASH_BYTES) {
            throw new IllegalArgumentException("expected a model hash of 32 bytes, got " + hash.length);
        }
        String bytes = IntStream.range(0, HASH_BYTES)
                .mapToObj(index -> String.format("0x%02x", hash[index]))
                .collect(Collectors.joining(", "));
        return """
                #include "app/identity.h"

                const uint8_t identity_firmware_kind = FIRMWARE_NETWORK;
                const uint8_t identity_model_hash[MODEL_HASH_BYTES] = {%s};
                """.formatted(bytes);
    }
}
