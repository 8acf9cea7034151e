// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.util.Arrays;

/** An immutable array of bytes that compares by content. */
public final class Bytes {
    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    public static Bytes of(byte[] content) {
        return new Bytes(content.clone());
    }

    public int size() {
        return content.length;
    }

    public byte[] toArray() {
        return content.clone();
    }

    /** Copies a part of these bytes into an array. */
    public void copyTo(int from, byte[] target, int targetIndex, int length) {
        System.arraycopy(content, from, target, targetIndex, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return content.length + " bytes";
    }
}
