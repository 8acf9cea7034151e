// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs and libraries that HILDA starts or links, and whether they are new enough. */
record Programs(boolean buildsFirmware) implements Check {
    private static final int JAVA = 17;
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(\\.\\d+)?");
    private static final String INSTALL = "sudo apt-get install ";

    /** What only building firmware or a virtual board needs is no problem where bundles come from elsewhere. */
    private Finding missing(String subject, String packageName, boolean always) {
        String text = "not found; it comes with Debian's " + packageName;
        return always || buildsFirmware
                ? Finding.problem(subject, text, INSTALL + packageName)
                : Finding.warning(subject, text + "; only the virtual board needs it here", INSTALL + packageName);
    }

    @Override
    public List<Finding> look(Host host) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        findings.add(java(host));
        // The first that drives an ST-Link directly over its debug port.
        findings.add(program(host, "openocd", "openocd", true, 0, 11));
        if (buildsFirmware) {
            findings.add(program(host, "arm-none-eabi-gcc", "gcc-arm-none-eabi", true, 10, 0));
            newlib(host).ifPresent(findings::add);
        }
        findings.add(program(host, "gcc", "gcc", false, 0, 0));
        findings.add(program(host, "make", "make", false, 0, 0));
        findings.add(program(host, "cmake", "cmake", false, 3, 18));
        findings.add(unicorn(host));
        findings.add(broker(host));
        return findings;
    }

    private static Finding java(Host host) {
        String text = "Java " + host.javaVersion();
        return host.javaVersion() < JAVA
                ? Finding.problem("java", text + ", older than " + JAVA, INSTALL + "default-jdk-headless")
                : Finding.ok("java", text);
    }

    private Finding program(Host host, String name, String packageName, boolean always, int major, int minor)
            throws InterruptedException {
        if (host.program(name).isEmpty()) {
            return missing(name, packageName, always);
        }
        Optional<Matcher> version =
                host.answer(name, "--version").map(VERSION::matcher).filter(Matcher::find);
        if (version.isEmpty()) {
            return Finding.problem(
                    name, "is there but does not say its version", INSTALL + "--reinstall " + packageName);
        }
        String text = version.get().group();
        int foundMajor = Integer.parseInt(version.get().group(1));
        int foundMinor = Integer.parseInt(version.get().group(2));
        boolean isOld = foundMajor < major || (foundMajor == major && foundMinor < minor);
        return isOld
                ? Finding.problem(name, text + ", older than " + major + "." + minor, INSTALL + packageName)
                : Finding.ok(name, text);
    }

    /** Without the cross compiler itself there is nothing to ask. */
    private static Optional<Finding> newlib(Host host) throws InterruptedException {
        return host.answer("arm-none-eabi-gcc", "-print-file-name=nano.specs")
                .map(String::strip)
                .map(file -> file.contains("/")
                        ? Finding.ok("newlib", file)
                        : Finding.problem(
                                "newlib",
                                "arm-none-eabi-gcc finds no nano.specs",
                                INSTALL + "libnewlib-arm-none-eabi"));
    }

    private Finding unicorn(Host host) throws InterruptedException {
        if (host.program("pkg-config").isEmpty()) {
            return missing("pkg-config", "pkg-config", false);
        }
        return host.answer("pkg-config", "--modversion", "unicorn")
                .map(version -> Finding.ok("unicorn", version.strip()))
                .orElseGet(() -> missing("unicorn", "libunicorn-dev", false));
    }

    private static Finding broker(Host host) {
        return host.program("mosquitto")
                .map(file -> Finding.ok("mosquitto", file.toString()))
                .orElseGet(() -> Finding.warning(
                        "mosquitto",
                        "not found: the demo needs it, and a bench without a broker elsewhere",
                        INSTALL + "mosquitto"));
    }
}
