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

    private final AtomicInteger schemas = new AtomicInteger();
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
        // Ends when its standard input does, that is with this program at the latest.
        server = new ProcessBuilder(asNobody(
                        "sh",
                        "-c",
                        "\"$@\" & cat > /dev/null; kill -QUIT $!; wait",
                        "sh",
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
        awaitAnswer();
        execute("CREATE SCHEMA ahead; CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz AS"
                + " $$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$ LANGUAGE sql");
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

    /** An empty schema, which costs less than a database. */
    StoreAddress database() {
        return address(port, "currentSchema=" + schema());
    }

    /** The same with a clock that is an hour ahead of this host's: a function found before the real one. */
    StoreAddress anHourAhead() {
        return address(port, "currentSchema=" + schema() + ",ahead,pg_catalog");
    }

    private String schema() {
        String name = "test" + schemas.incrementAndGet();
        execute("CREATE SCHEMA " + name);
        return name;
    }

    private void execute(String statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(statements);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same through another port, where nothing is waited for longer than two seconds. */
    StoreAddress through(int otherPort, StoreAddress same) {
        return address(otherPort, parameters(same) + "&socketTimeout=2&connectTimeout=2");
    }

    /** The same by another name of this host, and with more parameters. */
    StoreAddress with(StoreAddress same, String host, String more) {
        String url = "jdbc:postgresql://" + host + ":" + port + "/postgres?" + parameters(same) + "&" + more;
        return StoreAddress.of(new ServerAddress(url, USER, passwordFile));
    }

    private static String parameters(StoreAddress address) {
        String url = address.server().orElseThrow().url();
        return url.substring(url.indexOf('?') + 1);
    }

    private StoreAddress address(int at, String parameters) {
        String url = "jdbc:postgresql://127.0.0.1:" + at + "/postgres?" + parameters;
        return StoreAddress.of(new ServerAddress(url, USER, passwordFile));
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", USER, PASSWORD);
    }

    private void awaitAnswer() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                connect().close();
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
            server.getOutputStream().close();
            server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            run(List.of("rm", "-rf", folder.toString(), passwordFile.toString(), certificate.toString()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
