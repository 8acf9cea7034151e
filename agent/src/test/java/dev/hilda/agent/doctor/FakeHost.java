// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A machine made of a folder and answers: a good bench of the user ann with one NUCLEO, until something is broken. */
public final class FakeHost implements Host {
    public static final String STLINK = "/sys/bus/usb/devices/1-2";
    static final String RULES = "/lib/udev/rules.d/60-openocd.rules";
    static final String PORT = "/dev/ttyACM0";
    static final String PROBE = "/dev/bus/usb/001/007";
    static final String CACHE = "/home/ann/.cache/hilda";

    private static final String SERIAL = "0669FF303435554157121020";

    private final Path root;
    private final Map<String, String> answers = new HashMap<>();

    /** What may be broken. */
    final Set<String> programs = new HashSet<>(
            Set.of("openocd", "arm-none-eabi-gcc", "gcc", "make", "cmake", "pkg-config", "mosquitto", "id"));

    final Set<String> unwritable = new HashSet<>();
    final Map<String, Long> freeBytes = new HashMap<>();
    final Set<String> listening = new HashSet<>(Set.of("127.0.0.1:1883"));
    boolean isRoot;
    int javaVersion = 17;

    /**
     * A good bench.
     *
     * @param root an empty folder
     */
    public FakeHost(Path root) {
        this.root = root;
        answer("openocd --version", "Open On-Chip Debugger 0.12.0\nLicensed under GNU GPL v2\n");
        answer("arm-none-eabi-gcc --version", "arm-none-eabi-gcc (15:12.2.rel1-1) 12.2.1 20221205\n");
        answer("arm-none-eabi-gcc -print-file-name=nano.specs", "/usr/lib/arm-none-eabi/newlib/nano.specs\n");
        answer("gcc --version", "gcc (Debian 12.2.0-14) 12.2.0\n");
        answer("make --version", "GNU Make 4.3\n");
        answer("cmake --version", "cmake version 3.25.1\n");
        answer("pkg-config --modversion unicorn", "2.0.1\n");
        answer("id -nG", "ann dialout plugdev\n");
        answer("id -nu", "ann\n");
        probeFirmware("V2J37M26");
        file("/etc/group", "root:x:0:\ndialout:x:20:ann\nplugdev:x:46:bob,ann\n");
        file(
                RULES,
                "# ST-LINK/V2-1\nATTRS{idVendor}==\"0483\", ATTRS{idProduct}==\"374b\", MODE=\"660\", TAG+=\"uaccess\"\n");
        file(STLINK + "/idVendor", "0483\n");
        file(STLINK + "/idProduct", "374b\n");
        file(STLINK + "/serial", SERIAL + "\n");
        file(STLINK + "/product", "STM32 STLink\n");
        file(STLINK + "/busnum", "1\n");
        file(STLINK + "/devnum", "7\n");
        file(STLINK + "/1-2:1.2/tty/ttyACM0/dev", "166:0\n");
        process(1, "systemd", "/sbin/init");
        folder(CACHE, "rwx------");
        folder("/home/ann/.local/state/hilda", "rwx------");
        folder("/run/user/1000", "rwx------");
    }

    /** What a command, its words with a space between, prints. */
    void answer(String command, String text) {
        answers.put(command, text);
    }

    void forget(String command) {
        answers.remove(command);
    }

    /** What the ST-Link says of itself when OpenOCD opens it. */
    void probeFirmware(String version) {
        answer(openOcd(), "Info : STLINK " + version + " (API v2) VID:PID 0483:374B\nshutdown command invoked\n");
    }

    static String openOcd() {
        return "openocd -f interface/stlink-dap.cfg -c transport select dapdirect_swd; adapter serial " + SERIAL
                + "; gdb_port disabled; tcl_port disabled; telnet_port disabled; init; shutdown";
    }

    void file(String path, String text) {
        try {
            Files.createDirectories(at(path).resolveSibling(""));
            Files.writeString(at(path), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void folder(String path, String mode) {
        try {
            Files.createDirectories(at(path));
            Files.setPosixFilePermissions(at(path), PosixFilePermissions.fromString(mode));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a file, or a folder with all that is in it. */
    void remove(String path) {
        children(path).forEach(this::remove);
        try {
            Files.delete(at(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void process(int id, String name, String commandLine) {
        file("/proc/" + id + "/comm", name + "\n");
        file("/proc/" + id + "/cmdline", commandLine.replace(' ', '\0'));
    }

    @Override
    public Path at(String path) {
        return root.resolve(path.substring(1));
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("HOME", "/home/ann", "XDG_RUNTIME_DIR", "/run/user/1000");
    }

    @Override
    public boolean isRoot() {
        return isRoot;
    }

    @Override
    public boolean mayWrite(String path) {
        return !unwritable.contains(path);
    }

    @Override
    public long freeBytes(String path) {
        return freeBytes.getOrDefault(path, 50_000_000_000L);
    }

    @Override
    public Optional<Path> program(String name) {
        return programs.contains(name) ? Optional.of(Path.of("/usr/bin", name)) : Optional.empty();
    }

    @Override
    public Optional<String> answer(String... command) {
        return programs.contains(command[0])
                ? Optional.ofNullable(answers.get(String.join(" ", command)))
                : Optional.empty();
    }

    @Override
    public boolean listens(String host, int port) {
        return listening.contains(host + ":" + port);
    }

    @Override
    public int javaVersion() {
        return javaVersion;
    }
}
