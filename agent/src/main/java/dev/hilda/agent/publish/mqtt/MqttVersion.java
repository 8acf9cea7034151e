// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Which MQTT a broker is spoken to in. */
public enum MqttVersion {
    V5("5"),
    V3_1_1("3.1.1");

    private final String label;

    MqttVersion(String label) {
        this.label = label;
    }

    /**
     * The version of that label.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static MqttVersion of(String label) {
        return Arrays.stream(values())
                .filter(version -> version.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected " + labels() + ", got \"" + label + "\""));
    }

    private static String labels() {
        return Arrays.stream(values()).map(version -> version.label).collect(Collectors.joining(" or "));
    }

    /** As people write it. */
    @Override
    public String toString() {
        return label;
    }
}
