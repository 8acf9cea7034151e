// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static dev.hilda.host.bench.InjectedFault.quick;
import static dev.hilda.host.bench.InjectedFault.slow;

import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the broker that a result goes to. */
final class BrokerFaults {
    private static final Duration BROKER_PATIENCE = Duration.ofSeconds(90);

    private BrokerFaults() {}

    static List<InjectedFault> all() {
        return List.of(
                quick("no broker there", bench -> publish(bench, "mqtt://127.0.0.1:1")),
                quick("no host of the broker's name", bench -> publish(bench, "mqtt://broker.invalid:1883")),
                quick(
                        "something else than a broker there",
                        bench -> publishTo(bench, "mqtt", client -> {
                            OutputStream out = client.getOutputStream();
                            out.write("HTTP/1.1 400 Bad Request\r\n\r\n"
                                    .repeat(20)
                                    .getBytes(StandardCharsets.US_ASCII));
                            out.flush();
                            Thread.sleep(200);
                        })),
                quick("broker hangs up at once", bench -> publishTo(bench, "mqtt", client -> {})),
                slow(
                        "broker takes the connection and hangs",
                        BROKER_PATIENCE,
                        bench -> publishTo(
                                bench, "mqtt", client -> client.getInputStream().readAllBytes())),
                quick(
                        "TLS to a plain broker",
                        bench -> publish(bench, bench.broker().replace("mqtt:", "mqtts:"))),
                quick(
                        "plain to a broker with TLS",
                        bench -> publish(bench, tls(bench).replace("mqtts:", "mqtt:"))),
                quick("broker's certificate of an unknown authority", bench -> publish(bench, tls(bench))),
                quick(
                        "broker asks for a user",
                        bench -> publish(bench, bench.processes().broker("allow_anonymous false"))),
                quick("broker refuses the password", bench -> {
                    Path password = Files.writeString(bench.file("password"), "wrong\n");
                    String broker = bench.processes().broker("allow_anonymous false");
                    return publish(
                            bench,
                            broker.replace("mqtt://", "mqtt://bench@"),
                            "--mqtt-password-file",
                            password.toString());
                }));
    }

    private static Outcome publish(FaultBench bench, String broker, String... more) throws Exception {
        bench.board();
        List<String> arguments = new ArrayList<>(List.of("--mqtt", broker));
        arguments.addAll(List.of(more));
        return bench.selftest(arguments);
    }

    /** What a server does with each who connects. */
    private interface Answer {
        void to(Socket client) throws IOException, InterruptedException;
    }

    private static Outcome publishTo(FaultBench bench, String scheme, Answer answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> serve(server, answer));
            thread.setDaemon(true);
            thread.start();
            return publish(bench, scheme + "://127.0.0.1:" + server.getLocalPort());
        }
    }

    private static void serve(ServerSocket server, Answer answer) {
        while (true) {
            try {
                Socket client = server.accept();
                Thread thread = new Thread(() -> {
                    try (client) {
                        answer.to(client);
                    } catch (IOException | InterruptedException e) {
                        // The client went away, as it may.
                    }
                });
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** A broker whose certificate nobody knows. */
    private static String tls(FaultBench bench) throws Exception {
        Path key = bench.file("tls.key");
        Path certificate = bench.file("tls.pem");
        if (!Files.exists(certificate)) {
            int code = new ProcessBuilder(
                            "openssl",
                            "req",
                            "-x509",
                            "-newkey",
                            "rsa:2048",
                            "-nodes",
                            "-days",
                            "2",
                            "-subj",
                            "/CN=127.0.0.1",
                            "-addext",
                            "subjectAltName=IP:127.0.0.1",
                            "-keyout",
                            key.toString(),
                            "-out",
                            certificate.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(bench.file("openssl.log").toFile())
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError(Files.readString(bench.file("openssl.log")));
            }
        }
        return bench.processes()
                .broker("allow_anonymous true\nuser " + System.getProperty("user.name") + "\ncertfile " + certificate
                        + "\nkeyfile " + key)
                .replace("mqtt:", "mqtts:");
    }
}
