// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

/** The peer sent something that this version of the protocol does not allow. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message);
    }

    static void requireBytes(String what, int expectedBytes, byte[] actual) {
        if (actual.length < expectedBytes) {
            throw new ProtocolException(
                    "%s of %d bytes, expected at least %d: the firmware speaks another protocol version"
                            .formatted(what, actual.length, expectedBytes));
        }
    }
}
