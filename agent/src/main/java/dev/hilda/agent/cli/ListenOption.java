// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.folder.PasswordFile;
import dev.hilda.agent.http.Trust;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where a page is served, and to whom. What other machines can reach is encrypted and asks for a token. */
final class ListenOption {
    private static final Pattern ADDRESS = Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+]):([0-9]{1,5})");
    private static final int MOST_PORT = 65_535;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8470",
            description =
                    "Where browsers reach it, port 0 for a free one; default: ${DEFAULT-VALUE}, this machine alone.")
    private String listen;

    @Option(
            names = "--keystore",
            paramLabel = "FILE",
            description = "PKCS#12 file with key and certificate: needed where other machines reach it.")
    private Optional<Path> keyStore;

    @Option(
            names = "--keystore-password-file",
            paramLabel = "FILE",
            description = "The first line of this file opens --keystore.")
    private Optional<Path> passwordFile;

    @Option(names = "--trusted-proxy", description = "A proxy before it speaks TLS with the world.")
    private boolean isBehindProxy;

    @Option(
            names = "--ask-token",
            description = "Ask for a token (hilda token create NAME --role read --store FILE) on this machine too.")
    private boolean isToAskToken;

    /**
     * Whether the options agree.
     *
     * @throws ParameterException when they do not
     */
    void check() {
        if (keyStore.isPresent() != passwordFile.isPresent()) {
            throw wrong("--keystore, --keystore-password-file: expected both or none");
        }
        if (!isLoopback() && !isTls()) {
            throw wrong("--listen: expected --keystore, or --trusted-proxy, for what other machines can reach, got "
                    + listen + " without");
        }
    }

    InetSocketAddress address() {
        Matcher parts = ADDRESS.matcher(listen);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > MOST_PORT) {
            throw wrong("--listen: expected HOST:PORT, got \"" + listen + "\"");
        }
        return new InetSocketAddress(parts.group(1), Integer.parseInt(parts.group(2)));
    }

    Optional<SSLContext> tls() {
        try {
            return keyStore.map(file -> Trust.ofAgent(file, new PasswordFile(passwordFile.orElseThrow()).password()));
        } catch (IllegalArgumentException e) {
            throw wrong("--keystore: " + e.getMessage());
        }
    }

    /** Whether browsers come by TLS. */
    boolean isTls() {
        return keyStore.isPresent() || isBehindProxy;
    }

    /** Only where nobody but users of this machine can come, none is asked for. */
    boolean asksToken() {
        return isToAskToken || isBehindProxy || !isLoopback();
    }

    private boolean isLoopback() {
        try {
            return InetAddress.getByName(address().getHostString()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // That it cannot be listened on is said when it is tried.
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
