// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.util.ArrayList;
import java.util.List;

/** Remembers what a decoder found. */
final class FrameCollector implements FrameDecoder.Listener {
    final List<FrameHeader> headers = new ArrayList<>();
    final List<byte[]> payloads = new ArrayList<>();
    int malformed;
    int badCrc;

    @Override
    public void frame(FrameHeader header, byte[] payload) {
        headers.add(header);
        payloads.add(payload);
    }

    @Override
    public void malformed() {
        malformed++;
    }

    @Override
    public void badCrc() {
        badCrc++;
    }
}
