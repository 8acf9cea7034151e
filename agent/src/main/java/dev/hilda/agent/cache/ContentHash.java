// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cache;

import dev.hilda.agent.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** SHA-256 over a sequence of parts. Each part goes in with its length, so that parts cannot run into one another. */
public final class ContentHash {
    private final Sha256 hash = new Sha256();

    public ContentHash add(byte[] part) {
        hash.add(ByteBuffer.allocate(Long.BYTES).putLong(part.length).array());
        hash.add(part);
        return this;
    }

    public ContentHash add(String part) {
        return add(part.getBytes(StandardCharsets.UTF_8));
    }

    /** The hash so far, as 64 hexadecimal digits; ends this object's use. */
    public String hex() {
        return hash.hex();
    }
}
