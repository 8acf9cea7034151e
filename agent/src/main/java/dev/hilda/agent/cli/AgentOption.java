// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.folder.PasswordFile;
import dev.hilda.agent.http.ApiClient;
import dev.hilda.agent.http.Trust;
import dev.hilda.profile.UserFolders;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that name an agent and say who asks it. */
final class AgentOption {
    /** Where an agent leaves a token for whoever runs it, in the folder of that user's state. */
    static final String OWN_TOKEN = "agent-token";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--agent",
            paramLabel = "URL",
            defaultValue = "${env:HILDA_AGENT:-http://127.0.0.1:8460}",
            description = "The agent, http[s]://HOST[:PORT]; default: $$HILDA_AGENT, else http://127.0.0.1:8460.")
    private String url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:HILDA_TOKEN_FILE}",
            description =
                    "The first line of this file is your token; default: $$HILDA_TOKEN_FILE, else that of an agent"
                            + " that you run yourself.")
    private Optional<Path> tokenFile;

    @Option(
            names = "--agent-ca",
            paramLabel = "FILE.pem",
            description = "For https: who may have signed the agent's certificate; default: Java's authorities.")
    private Optional<Path> authorities;

    /** A client of that agent. */
    ApiClient client() {
        return client(spec.commandLine(), url, tokenFile, authorities);
    }

    /**
     * A client of an agent.
     *
     * @throws ParameterException when one of the options is wrong
     */
    static ApiClient client(CommandLine command, String url, Optional<Path> tokenFile, Optional<Path> authorities) {
        return new ApiClient(
                address(command, url),
                token(command, tokenFile, System.getenv()),
                authorities.map(file -> trust(command, file)));
    }

    private static URI address(CommandLine command, String url) {
        try {
            URI address = new URI(url);
            boolean isHttp = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (isHttp && address.getHost() != null && address.getUserInfo() == null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // As one of another scheme.
        }
        throw new ParameterException(command, "--agent: expected http[s]://HOST[:PORT], got \"" + url + "\"");
    }

    private static Optional<String> token(
            CommandLine command, Optional<Path> tokenFile, Map<String, String> environment) {
        Path own = UserFolders.of(environment).state().resolve(OWN_TOKEN);
        try {
            return tokenFile
                    .or(() -> Optional.of(own).filter(Files::isRegularFile))
                    .map(file -> new PasswordFile(file).password());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, "--token-file: " + e.getMessage(), e);
        }
    }

    private static SSLContext trust(CommandLine command, Path file) {
        try {
            return Trust.of(file);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, "--agent-ca: " + e.getMessage(), e);
        }
    }
}
