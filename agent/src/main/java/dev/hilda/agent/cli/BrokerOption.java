// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.folder.PasswordFile;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.BrokerTrust;
import dev.hilda.agent.publish.mqtt.MqttVersion;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that name the MQTT broker and how to log in there. */
final class BrokerOption {
    private static final String ADDRESS = "--mqtt";
    private static final String ENVIRONMENT = "HILDA_MQTT";
    private static final String PASSWORD_FILE = "--mqtt-password-file";
    private static final String CERTIFICATE = "--mqtt-cert";
    private static final String KEY = "--mqtt-key";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = ADDRESS,
            paramLabel = "URL",
            defaultValue = "${env:HILDA_MQTT:-mqtt://127.0.0.1:1883}",
            description =
                    "MQTT broker, mqtt[s]://[USER@]HOST[:PORT]; default: $HILDA_MQTT, else mqtt://127.0.0.1:1883.")
    private String url;

    @Option(
            names = PASSWORD_FILE,
            paramLabel = "FILE",
            description = "The first line of this file is USER's password there.")
    private Optional<Path> passwordFile;

    @Option(
            names = "--mqtt-ca",
            paramLabel = "FILE.pem",
            description = "For mqtts: who may have signed the broker's certificate; default: Java's authorities.")
    private Optional<Path> authorities;

    @Option(
            names = CERTIFICATE,
            paramLabel = "FILE.pem",
            description = "For mqtts: the certificate that this bench shows, with --mqtt-key.")
    private Optional<Path> certificate;

    @Option(
            names = KEY,
            paramLabel = "FILE.pem",
            description = "For mqtts: the private key of that certificate, PKCS#8 without a password.")
    private Optional<Path> key;

    @Option(
            names = "--mqtt-version",
            paramLabel = "VERSION",
            defaultValue = "5",
            description = "MQTT that the broker speaks, 5 or 3.1.1; default: 5.")
    private String version;

    private @Nullable BrokerAddress address;

    /**
     * The address. Says on standard error, once, where other users of this machine can see the password.
     *
     * @throws ParameterException when it is none, or the password is not to be had
     */
    BrokerAddress address() {
        BrokerAddress known = address;
        if (known == null) {
            known = parsed();
            warn(known);
            known = withTrust(withPassword(known)).speaking(version());
            address = known;
        }
        return known;
    }

    /** Whether the user named it among the arguments. */
    boolean isGiven() {
        return spec.commandLine().getParseResult().hasMatchedOption(ADDRESS);
    }

    /** Whether the user named it at all, so that to do without is no option. */
    boolean isChosen(Map<String, String> environment) {
        return isGiven() || environment.containsKey(ENVIRONMENT);
    }

    private BrokerAddress parsed() {
        try {
            return BrokerAddress.parse(url);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), ADDRESS + ": " + e.getMessage(), e);
        }
    }

    private MqttVersion version() {
        try {
            return MqttVersion.of(version);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--mqtt-version: " + e.getMessage(), e);
        }
    }

    private BrokerAddress withPassword(BrokerAddress without) {
        if (passwordFile.isEmpty()) {
            return without;
        }
        try {
            return without.withPassword(new PasswordFile(passwordFile.get()).password());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), PASSWORD_FILE + ": " + e.getMessage(), e);
        }
    }

    private BrokerAddress withTrust(BrokerAddress without) {
        if (certificate.isPresent() != key.isPresent()) {
            throw new ParameterException(spec.commandLine(), CERTIFICATE + ", " + KEY + ": expected both or none");
        }
        if (authorities.isEmpty() && certificate.isEmpty()) {
            return without;
        }
        try {
            return without.trusting(new BrokerTrust(
                    authorities, certificate.map(shown -> new BrokerTrust.Identity(shown, key.orElseThrow()))));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--mqtt-ca, --mqtt-cert, --mqtt-key: " + e.getMessage(), e);
        }
    }

    private void warn(BrokerAddress written) {
        // The environment of a process is its user's alone; its arguments are everybody's.
        if (isGiven() && written.password().isPresent()) {
            remark(
                    "every user of this machine can read the password in the arguments of this command",
                    PASSWORD_FILE + " FILE, or the address in HILDA_MQTT");
        }
        warnOfReaders("the password", passwordFile);
        warnOfReaders("the private key", key);
    }

    private void warnOfReaders(String what, Optional<Path> secret) {
        secret.filter(file -> new PasswordFile(file).isOpenToOthers())
                .ifPresent(file ->
                        remark("other users of this machine can read " + what + " in " + file, "chmod 600 " + file));
    }

    private void remark(String text, String remedy) {
        spec.commandLine().getErr().println(TerminalText.harmless("hilda: " + text + "\n  what to do: " + remedy));
        spec.commandLine().getErr().flush();
    }
}
