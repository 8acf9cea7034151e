// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.Charset;

/**
 * Commands of {@code hilda} one after the other in one JVM, as tests ask for them at a port of this machine; ends with the
 * connection. A request is the files for standard output and standard error, the number of arguments and the arguments; the
 * answer is the exit code. Temporary files go to {@code $TMPDIR}, which no command line then names.
 */
public final class HildaLoop {
    private HildaLoop() {}

    public static void main(String... arguments) throws IOException {
        System.setProperty("java.io.tmpdir", System.getenv().getOrDefault("TMPDIR", "/tmp"));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
                DataInputStream requests = new DataInputStream(socket.getInputStream());
                DataOutputStream answers = new DataOutputStream(socket.getOutputStream())) {
            while (true) {
                String out = requests.readUTF();
                String err = requests.readUTF();
                String[] command = new String[requests.readInt()];
                for (int i = 0; i < command.length; i++) {
                    command[i] = requests.readUTF();
                }
                answers.writeInt(run(out, err, command));
            }
        } catch (EOFException testsEnded) {
            System.exit(0);
        }
    }

    private static int run(String out, String err, String... command) throws IOException {
        try (PrintStream newOut = new PrintStream(new FileOutputStream(out), true, Charset.defaultCharset());
                PrintStream newErr = new PrintStream(new FileOutputStream(err), true, Charset.defaultCharset())) {
            System.setOut(newOut);
            System.setErr(newErr);
            return Hilda.run(command);
        }
    }
}
