// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.folder.PasswordFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
        PasswordFile file = new PasswordFile(passwordFile);
        if (file.isOpenToOthers()) {
            throw new IOException(passwordFile + " can be read by others: chmod 600 " + passwordFile);
        }
        try {
            return file.password();
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Without its parameters. */
    @Override
    public String toString() {
        return url.replaceFirst("\\?.*", "");
    }
}
