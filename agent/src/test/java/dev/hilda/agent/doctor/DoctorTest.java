// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.publish.mqtt.BrokerAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DoctorTest {
    private static final String LOCAL = "mqtt://127.0.0.1:1883";
    private static final List<String> USB_IDS = List.of("0483:374b", "0483:374e");

    @TempDir
    private Path folder;

    private FakeHost host;

    @BeforeEach
    void makeHost() {
        host = new FakeHost(folder);
    }

    /** What can be wrong with a bench, and what is to be said of it: no more than that. */
    @SuppressWarnings("ImmutableEnumChecker") // Lambdas without state.
    private enum Fault {
        OLD_JAVA(host -> host.javaVersion = 11, Severity.PROBLEM, "java", "sudo apt-get install default-jdk-headless"),
        NO_OPENOCD(
                host -> host.programs.remove("openocd"), Severity.PROBLEM, "openocd", "sudo apt-get install openocd"),
        OLD_OPENOCD(
                host -> host.answer("openocd --version", "Open On-Chip Debugger 0.10.0\n"),
                Severity.PROBLEM,
                "openocd",
                "sudo apt-get install openocd"),
        NO_CROSS_COMPILER(
                host -> host.programs.remove("arm-none-eabi-gcc"),
                Severity.PROBLEM,
                "arm-none-eabi-gcc",
                "sudo apt-get install gcc-arm-none-eabi"),
        NO_NEWLIB(
                host -> host.answer("arm-none-eabi-gcc -print-file-name=nano.specs", "nano.specs\n"),
                Severity.PROBLEM,
                "newlib",
                "sudo apt-get install libnewlib-arm-none-eabi"),
        OLD_CMAKE(
                host -> host.answer("cmake --version", "cmake version 3.13.4\n"),
                Severity.PROBLEM,
                "cmake",
                "sudo apt-get install cmake"),
        BROKEN_GCC(
                host -> host.forget("gcc --version"), Severity.PROBLEM, "gcc", "sudo apt-get install --reinstall gcc"),
        NO_UNICORN(
                host -> host.forget("pkg-config --modversion unicorn"),
                Severity.PROBLEM,
                "unicorn",
                "sudo apt-get install libunicorn-dev"),
        NO_PKG_CONFIG(
                host -> host.programs.remove("pkg-config"),
                Severity.PROBLEM,
                "pkg-config",
                "sudo apt-get install pkg-config"),
        NO_MOSQUITTO(
                host -> host.programs.remove("mosquitto"),
                Severity.WARNING,
                "mosquitto",
                "sudo apt-get install mosquitto"),
        NO_UDEV_RULE(
                host -> host.file(FakeHost.RULES, "# ATTRS{idVendor}==\"0483\", MODE=\"660\"\n"),
                Severity.PROBLEM,
                "udev rules",
                "echo 'SUBSYSTEM==\"usb\", ATTR{idVendor}==\"0483\""),
        NOT_IN_DIALOUT(
                host -> {
                    host.answer("id -nG", "ann plugdev\n");
                    host.file("/etc/group", "dialout:x:20:bob\nplugdev:x:46:ann\n");
                    host.unwritable.add(FakeHost.PORT);
                },
                Severity.PROBLEM,
                "groups",
                "sudo usermod -aG dialout ann"),
        NOT_IN_PLUGDEV(
                host -> {
                    host.answer("id -nG", "ann dialout\n");
                    host.file("/etc/group", "dialout:x:20:ann\nplugdev:x:46:\n");
                },
                Severity.WARNING,
                "groups",
                "sudo usermod -aG plugdev ann"),
        SESSION_OLDER_THAN_ITS_GROUP(
                host -> {
                    host.answer("id -nG", "ann plugdev\n");
                    host.unwritable.add(FakeHost.PORT);
                },
                Severity.PROBLEM,
                "groups",
                "log out and in again, or: newgrp dialout"),
        MODEM_MANAGER(
                host -> host.process(700, "ModemManager", "/usr/sbin/ModemManager"),
                Severity.WARNING,
                "modem manager",
                "sudo systemctl disable --now ModemManager"),
        NO_BOARD(host -> host.remove(FakeHost.STLINK), Severity.WARNING, "st-link", "plug the board's ST-Link"),
        NO_SERIAL_PORT(
                host -> host.remove(FakeHost.STLINK + "/1-2:1.2"),
                Severity.PROBLEM,
                "st-link",
                "sudo modprobe cdc_acm"),
        PROBE_CLOSED_TO_USER(
                host -> host.unwritable.add(FakeHost.PROBE),
                Severity.PROBLEM,
                "st-link",
                "sudo udevadm control --reload"),
        PROBE_TOO_OLD(host -> host.probeFirmware("V2J17M4"), Severity.PROBLEM, "st-link", "STSW-LINK007"),
        PROBE_OLD(host -> host.probeFirmware("V2J28M16"), Severity.WARNING, "st-link", "STSW-LINK007"),
        PROBE_IN_USE(host -> host.forget(FakeHost.openOcd()), Severity.WARNING, "st-link", "end what uses it"),
        NO_BROKER(host -> host.listening.clear(), Severity.WARNING, "broker", "mosquitto -d -p 1883"),
        SERVICE_STOPPED(
                host -> {
                    host.listening.clear();
                    host.file("/lib/systemd/system/mosquitto.service", "[Unit]\n");
                    host.file("/run/systemd/system/some", "");
                },
                Severity.WARNING,
                "broker",
                "sudo systemctl start mosquitto"),
        SERVICE_WITH_PASSWORD(
                host -> {
                    host.process(800, "mosquitto", "/usr/sbin/mosquitto -c /etc/mosquitto/mosquitto.conf");
                    host.file("/etc/mosquitto/conf.d/own.conf", "listener 1883\nallow_anonymous false\n");
                },
                Severity.WARNING,
                "broker",
                "export HILDA_MQTT=mqtt://USER@127.0.0.1:1883"),
        DISK_FULL(
                host -> host.freeBytes.put(FakeHost.CACHE, 20_000_000L),
                Severity.PROBLEM,
                "cache",
                "du -xsh /home/ann/.cache/*"),
        DISK_NEARLY_FULL(
                host -> host.freeBytes.put("/home/ann/.local/state/hilda", 500_000_000L),
                Severity.WARNING,
                "state",
                "du -xsh /home/ann/.local/state/*"),
        CACHE_OPEN_TO_OTHERS(
                host -> host.folder(FakeHost.CACHE, "rwxrwxr-x"), Severity.PROBLEM, "cache", "rm -r " + FakeHost.CACHE),
        CACHE_OF_ANOTHER(
                host -> host.unwritable.add(FakeHost.CACHE),
                Severity.PROBLEM,
                "cache",
                "sudo chown -R \"$(id -u)\" " + FakeHost.CACHE),
        HOME_OF_ANOTHER(
                host -> {
                    host.remove(FakeHost.CACHE);
                    host.unwritable.add("/home/ann/.cache");
                },
                Severity.PROBLEM,
                "cache",
                "sudo install -d -m 700 -o \"$(id -u)\" " + FakeHost.CACHE),
        RUNTIME_FOLDER_OPEN_TO_OTHERS(
                host -> host.folder("/run/user/1000/hilda", "rwxrwxrwx"),
                Severity.PROBLEM,
                "runtime folder",
                "rm -r /run/user/1000/hilda");

        private final Consumer<FakeHost> breaking;
        private final Severity severity;
        private final String subject;
        private final String remedy;

        Fault(Consumer<FakeHost> breaking, Severity severity, String subject, String remedy) {
            this.breaking = breaking;
            this.severity = severity;
            this.subject = subject;
            this.remedy = remedy;
        }
    }

    @Test
    void shouldFindNothingWrongWithAGoodBench() throws Exception {
        List<Finding> findings = examine(true, LOCAL);
        assertEquals(List.of(), wrong(findings));
        assertEquals(17, findings.size(), findings.toString());
        assertTrue(
                findings.contains(Finding.ok(
                        "st-link", "STM32 STLink 0669FF303435554157121020 at /dev/ttyACM0, firmware V2J37M26")),
                findings.toString());
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayOfAFaultWhatMendsItAndNothingElse(Fault fault) throws Exception {
        fault.breaking.accept(host);
        List<Finding> wrong = wrong(examine(true, LOCAL));
        assertEquals(1, wrong.size(), wrong.toString());
        assertEquals(fault.subject, wrong.get(0).subject());
        assertEquals(fault.severity, wrong.get(0).severity(), wrong.toString());
        assertTrue(wrong.get(0).remedy().contains(fault.remedy), wrong.toString());
    }

    @Test
    void shouldNotAskAnAgentAloneForACompiler() throws Exception {
        host.programs.removeAll(List.of("arm-none-eabi-gcc", "gcc"));
        List<Finding> wrong = wrong(examine(false, LOCAL));
        assertEquals(1, wrong.size(), wrong.toString());
        assertEquals("gcc", wrong.get(0).subject());
        assertEquals(Severity.WARNING, wrong.get(0).severity());
    }

    @Test
    void shouldOnlyWarnOfMissingRightsWhereNoBoardIs() throws Exception {
        host.remove(FakeHost.STLINK);
        host.remove(FakeHost.RULES);
        host.answer("id -nG", "ann\n");
        for (Finding finding : wrong(examine(true, LOCAL))) {
            assertEquals(Severity.WARNING, finding.severity(), finding.toString());
        }
        host.isRoot = true;
        assertEquals(1, wrong(examine(true, LOCAL)).size(), "root needs no rights");
    }

    @Test
    void shouldSayWhenDebiansServiceHasThePort() throws Exception {
        host.process(800, "mosquitto", "/usr/sbin/mosquitto -c /etc/mosquitto/mosquitto.conf");
        assertTrue(
                broker(LOCAL).text().startsWith("Debian's service has 127.0.0.1:1883"),
                broker(LOCAL).text());
        host.file("/etc/mosquitto/conf.d/own.conf", "password_file /etc/mosquitto/users\n");
        assertEquals(Severity.OK, broker("mqtt://ann@127.0.0.1").severity());
    }

    @Test
    void shouldTakeAnAbsentBrokerElsewhereForAProblem() throws Exception {
        assertEquals(Severity.PROBLEM, broker("mqtts://bench.example").severity());
        host.listening.add("bench.example:8883");
        assertEquals(Severity.OK, broker("mqtts://bench.example").severity());
    }

    private Finding broker(String address) throws InterruptedException {
        return examine(true, address).stream()
                .filter(finding -> finding.subject().equals("broker"))
                .findFirst()
                .orElseThrow();
    }

    private List<Finding> examine(boolean buildsFirmware, String broker) throws InterruptedException {
        return new Doctor(buildsFirmware, USB_IDS, BrokerAddress.parse(broker)).examine(host);
    }

    private static List<Finding> wrong(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() != Severity.OK)
                .toList();
    }
}
