// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import dev.hilda.agent.publish.mqtt.BrokerAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The MQTT broker that runs publish at. */
record Broker(BrokerAddress address) implements Check {
    private static final String SUBJECT = "broker";
    private static final String SERVICE_CONFIGURATION = "/etc/mosquitto/mosquitto.conf";
    private static final Pattern PASSWORD_NEEDED =
            Pattern.compile("(?m)^\\s*(allow_anonymous\\s+false|password_file\\s)");

    @Override
    public List<Finding> look(Host host) {
        String name = address.uri().getHost();
        int port = address.port();
        boolean isLocal = List.of("127.0.0.1", "localhost", "[::1]").contains(name);
        String where = name + ":" + port;
        if (!host.listens(name.replaceAll("[\\[\\]]", ""), port)) {
            return List.of(absent(host, where, isLocal));
        }
        if (!isLocal || !isService(host)) {
            return List.of(Finding.ok(SUBJECT, "one takes connections at " + where));
        }
        boolean asksForPassword = configurations(host)
                .flatMap(file -> host.text(file).stream())
                .anyMatch(text -> PASSWORD_NEEDED.matcher(text).find());
        if (asksForPassword && address.uri().getUserInfo() == null) {
            return List.of(Finding.warning(
                    SUBJECT,
                    "Debian's service at " + where + " asks for a password",
                    "export HILDA_MQTT=mqtt://USER@" + where + ", and --mqtt-password-file FILE with each run"));
        }
        return List.of(Finding.ok(
                SUBJECT, "Debian's service has " + where + ": runs publish there; start no other on that port"));
    }

    private Finding absent(Host host, String where, boolean isLocal) {
        String text = "none takes connections at " + where + ": runs measure, but cannot publish";
        if (!isLocal) {
            return Finding.problem(
                    SUBJECT, text, "start it there, or name another: export HILDA_MQTT=mqtt://HOST:PORT");
        }
        boolean hasService = Stream.of("/lib/systemd/system", "/usr/lib/systemd/system")
                .anyMatch(folder -> host.text(folder + "/mosquitto.service").isPresent());
        boolean hasSystemd = !host.children("/run/systemd/system").isEmpty();
        return Finding.warning(
                SUBJECT,
                text,
                hasService && hasSystemd ? "sudo systemctl start mosquitto" : "mosquitto -d -p " + address.port());
    }

    /** Whether the mosquitto that runs is the one that the system starts. */
    private static boolean isService(Host host) {
        return host.children("/proc").stream()
                .map(process -> host.text(process + "/cmdline"))
                .flatMap(Optional::stream)
                .anyMatch(line -> line.contains("mosquitto") && line.contains(SERVICE_CONFIGURATION));
    }

    private static Stream<String> configurations(Host host) {
        return Stream.concat(
                Stream.of(SERVICE_CONFIGURATION),
                host.children("/etc/mosquitto/conf.d").stream().filter(file -> file.endsWith(".conf")));
    }
}
