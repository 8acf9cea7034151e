// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.folder.PasswordFile;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.BrokerTrust;
import dev.hilda.agent.publish.mqtt.MqttVersion;
import dev.hilda.yaml.YamlSection;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The section {@code mqtt}. */
record BrokerSection(YamlSection section, ConfiguredPaths paths) {
    private static final String URL = "url";
    private static final String PASSWORD_FILE = "password_file";

    Optional<BrokerAddress> read() {
        String url = section.text(URL, "\\S+", "mqtt[s]://[USER@]HOST[:PORT]");
        Optional<Path> password = paths.optional(section, PASSWORD_FILE);
        Optional<Path> authorities = paths.optional(section, "ca");
        Optional<Path> certificate = paths.optional(section, "certificate");
        Optional<Path> key = paths.optional(section, "key");
        Optional<String> version = section.optionalText("version", "5|3\\.1\\.1", "5 or 3.1.1");
        if (!section.finish()) {
            return Optional.empty();
        }
        Optional<BrokerAddress> address = parsed(url);
        if (password.isPresent()) {
            address = checked(
                    address, PASSWORD_FILE, plain -> plain.withPassword(new PasswordFile(password.get()).password()));
        }
        if (certificate.isPresent() != key.isPresent()) {
            section.wrong("certificate", "certificate and key", "one without the other", "name both");
        } else if (authorities.isPresent() || certificate.isPresent()) {
            BrokerTrust trust = new BrokerTrust(
                    authorities, certificate.map(shown -> new BrokerTrust.Identity(shown, key.orElseThrow())));
            address = checked(address, URL, plain -> plain.trusting(trust));
        }
        return address.map(plain -> plain.speaking(version.map(MqttVersion::of).orElse(MqttVersion.V5)));
    }

    private Optional<BrokerAddress> parsed(String url) {
        try {
            return Optional.of(BrokerAddress.parse(url));
        } catch (IllegalArgumentException e) {
            section.wrong(URL, "mqtt[s]://[USER@]HOST[:PORT]", BrokerAddress.masked(url), "correct it");
            return Optional.empty();
        }
    }

    private Optional<BrokerAddress> checked(
            Optional<BrokerAddress> address, String key, UnaryOperator<BrokerAddress> step) {
        try {
            return address.map(step);
        } catch (IllegalArgumentException e) {
            section.wrong(key, "what fits the address", String.valueOf(e.getMessage()), "correct it");
            return address;
        }
    }
}
