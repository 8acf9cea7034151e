// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A program that switches a virtual board's power, as one for a USB hub does: {@code SOCKET on|off}. */
public final class BoardPower {
    private BoardPower() {}

    public static void main(String... arguments) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(arguments[0]));
            channel.write(ByteBuffer.wrap(("power " + arguments[1] + "\n").getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(1000);
            channel.read(answer);
            String text = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
            System.out.println(text);
            System.exit(text.contains("\"ok\":true") ? 0 : 1);
        }
    }
}
