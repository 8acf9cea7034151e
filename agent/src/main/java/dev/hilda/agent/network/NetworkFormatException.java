// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/** Bytes that are not an integer network; the message says where and why. */
public final class NetworkFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NetworkFormatException(String message) {
        super(message);
    }

    NetworkFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
