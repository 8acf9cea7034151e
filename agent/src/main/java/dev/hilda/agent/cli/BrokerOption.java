package dev.hilda.agent.cli;

import dev.hilda.agent.publish.mqtt.BrokerAddress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that names the MQTT broker. */
final class BrokerOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--mqtt",
            paramLabel = "URL",
            defaultValue = "${env:HILDA_MQTT:-mqtt://127.0.0.1:1883}",
            description = "MQTT broker; default: $HILDA_MQTT, else mqtt://127.0.0.1:1883.")
    private String url;

    /**
     * The address.
     *
     * @throws ParameterException when it is none
     */
    BrokerAddress address() {
        try {
            return BrokerAddress.parse(url);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--mqtt: " + e.getMessage(), e);
        }
    }
}
