// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A database of a PostgreSQL server.
 *
 * @param url as JDBC writes it, {@code jdbc:postgresql://host[:port]/database?parameters}
 * @param passwordFile its first line is the password; nobody else may read it
 */
public record ServerAddress(String url, String user, Path passwordFile) {
    private static final Pattern URL =
            Pattern.compile("jdbc:postgresql://([^/?#@\\s]+)/([A-Za-z0-9_-]+)(?:\\?([^#\\s]*))?");
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1\\])(:\\d+)?");
    private static final String TLS = "sslmode";

    /** Any other might load a class, switch the check of certificates off, or hold a secret. */
    private static final Set<String> PARAMETERS = Set.of(
            TLS,
            "sslrootcert",
            "sslcert",
            "sslkey",
            "connectTimeout",
            "socketTimeout",
            "targetServerType",
            "currentSchema",
            "ApplicationName");

    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /**
     * Checked on construction.
     *
     * @throws IllegalArgumentException with all that is wrong
     */
    public ServerAddress {
        List<String> problems = new ArrayList<>();
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            // Not told again: what is wrong with it may be a password.
            problems.add("the store's address: expected jdbc:postgresql://HOST[:PORT]/DATABASE?sslmode=verify-full,"
                    + " without user and password");
        } else {
            checkParameters(problems, parts.group(1), parts.group(3));
        }
        if (user.isBlank()) {
            problems.add("the store's user: expected a name, got none");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void checkParameters(List<String> problems, String hosts, String text) {
        Map<String, String> parameters = new TreeMap<>();
        for (String parameter : text == null || text.isEmpty() ? new String[0] : text.split("&", -1)) {
            String name = parameter.split("=", 2)[0];
            String value = parameter.substring(Math.min(parameter.length(), name.length() + 1));
            if (!PARAMETERS.contains(name)) {
                problems.add("the store's address: expected parameters among "
                        + String.join(", ", PARAMETERS.stream().sorted().toList()) + "; got " + name);
            } else if (parameters.put(name, value) != null) {
                problems.add("the store's address: expected " + name + " once");
            }
        }
        String mode = parameters.getOrDefault(TLS, "none");
        boolean isLocal = Arrays.stream(hosts.split(",", -1))
                .allMatch(host -> LOOPBACK.matcher(host).matches());
        if (!isLocal && !mode.equals("verify-full")) {
            problems.add("the store's address: expected sslmode=verify-full for a server on another host, got " + mode
                    + "; add sslrootcert=FILE where its authority is your own");
        }
    }

    /** Reads it anew each time: it may be changed while a program runs. */
    String password() throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(passwordFile);
        if (!Collections.disjoint(permissions, OTHERS)) {
            throw new IOException(passwordFile + " can be read or written by others: chmod 600 " + passwordFile);
        }
        try (BufferedReader lines = Files.newBufferedReader(passwordFile, StandardCharsets.UTF_8)) {
            String first = lines.readLine();
            if (first == null || first.isEmpty()) {
                throw new IOException(passwordFile + ": expected the password as the first line, got an empty one");
            }
            return first;
        }
    }

    /** Without its parameters. */
    @Override
    public String toString() {
        return url.replaceFirst("\\?.*", "");
    }
}
