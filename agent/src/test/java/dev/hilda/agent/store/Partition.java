// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Hands TCP connections on to a port, unless it is closed: then bytes neither come nor go, and nobody is told. */
final class Partition implements AutoCloseable {
    private final ServerSocket server;
    private final int port;
    private final List<Socket> sockets = new ArrayList<>();
    private boolean isClosed;

    /** To that port. */
    Partition(int port) throws IOException {
        this.port = port;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Lets nothing through from now on. */
    synchronized void separate() {
        isClosed = true;
    }

    /** Lets everything through again; what was on its way is lost with its connection. */
    synchronized void heal() throws IOException {
        isClosed = false;
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    private synchronized boolean isOpen() {
        return !isClosed;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "partition");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket target = new Socket(InetAddress.getLoopbackAddress(), port);
                synchronized (this) {
                    sockets.addAll(List.of(client, target));
                }
                start(() -> pump(client, target));
                start(() -> pump(target, client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] bytes = new byte[65536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (isOpen()) {
                    out.write(bytes, 0, count);
                }
            }
        } catch (IOException gone) {
            // Both ends are closed.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        heal();
    }
}
