// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.hilda.agent.publish.mqtt.TestCertificate;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Debian's PostgreSQL in a private folder, as a user who is nobody: it refuses to run as root. */
final class PostgresServer implements AutoCloseable {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final String USER = "hilda";
    private static final String PASSWORD = "not a secret";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicInteger databases = new AtomicInteger();
    private final Path folder;
    private final Path passwordFile;
    private final Path certificate;
    private final int port;
    private final Process server;

    private PostgresServer(Path programs) throws Exception {
        // Not below this user's folders, which nobody cannot enter.
        folder = Files.createTempDirectory("hilda-postgres-");
        passwordFile = Files.writeString(Files.createTempFile("hilda-postgres-", ".password"), PASSWORD + "\n");
        Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString("rw-------"));
        Path initial = Files.writeString(folder.resolve("password"), PASSWORD);
        TestCertificate own = TestCertificate.of(folder, "ip:127.0.0.1");
        certificate = Files.copy(own.certificate(), Files.createTempFile("hilda-postgres-", ".pem"), REPLACE_EXISTING);
        Files.setPosixFilePermissions(own.key(), PosixFilePermissions.fromString("rw-------"));
        if (isRoot()) {
            run(List.of("chown", "-R", "nobody:nogroup", folder.toString()));
        }
        Path data = folder.resolve("data");
        run(asNobody(
                programs.resolve("initdb").toString(),
                "--no-sync",
                "--auth=scram-sha-256",
                "--username=" + USER,
                "--pwfile=" + initial,
                "--encoding=UTF8",
                "--locale=C",
                "--pgdata=" + data));
        port = freePort();
        server = new ProcessBuilder(asNobody(
                        programs.resolve("postgres").toString(),
                        "-D",
                        data.toString(),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "port=" + port,
                        "-c",
                        "unix_socket_directories=" + folder,
                        "-c",
                        "ssl=on",
                        "-c",
                        "ssl_cert_file=" + own.certificate(),
                        "-c",
                        "ssl_key_file=" + own.key(),
                        "-c",
                        "fsync=off"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        awaitAnswer();
    }

    /** Where its programs are; empty where it is not installed. */
    static Stream<Path> programs() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            return Stream.empty();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions
                    .map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    static PostgresServer start(Path programs) throws Exception {
        return new PostgresServer(programs);
    }

    /** Of itself, for 127.0.0.1. */
    Path certificate() {
        return certificate;
    }

    int port() {
        return port;
    }

    /** A database that is empty. */
    StoreAddress database() {
        String name = "test" + databases.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name);
        return address(name, port);
    }

    /** A database that is empty, whose clock is an hour ahead of this host's: a function found before the real one. */
    StoreAddress anHourAhead() {
        StoreAddress made = database();
        String name = "test" + databases.get();
        execute(
                name,
                "CREATE SCHEMA ahead; CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz AS"
                        + " $$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$ LANGUAGE sql;"
                        + " ALTER DATABASE " + name + " SET search_path = ahead, pg_catalog, public");
        return made;
    }

    private void execute(String database, String statements) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(statements);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same database through another port, where nothing is waited for longer than two seconds. */
    StoreAddress through(int otherPort, StoreAddress database) {
        String url = database.server().orElseThrow().url();
        return address(url.substring(url.lastIndexOf('/') + 1) + "?socketTimeout=2&connectTimeout=2", otherPort);
    }

    /** The same database by another host's name and with parameters. */
    StoreAddress with(StoreAddress database, String host, String parameters) {
        ServerAddress server = database.server().orElseThrow();
        return StoreAddress.of(
                new ServerAddress(server.url().replace("127.0.0.1", host) + "?" + parameters, USER, passwordFile));
    }

    private StoreAddress address(String database, int at) {
        return StoreAddress.of(
                new ServerAddress("jdbc:postgresql://127.0.0.1:" + at + "/" + database, USER, passwordFile));
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, USER, PASSWORD);
    }

    private void awaitAnswer() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                connect("postgres").close();
                return;
            } catch (SQLException e) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static List<String> asNobody(String... command) {
        List<String> all = new ArrayList<>();
        if (isRoot()) {
            all.addAll(List.of("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"));
        }
        all.addAll(List.of(command));
        return all;
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + output);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        try {
            if (server.isAlive()) {
                // At once: nothing of it is wanted any more.
                new ProcessBuilder("kill", "-QUIT", String.valueOf(server.pid()))
                        .start()
                        .waitFor();
                server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            run(List.of("rm", "-rf", folder.toString(), passwordFile.toString(), certificate.toString()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
