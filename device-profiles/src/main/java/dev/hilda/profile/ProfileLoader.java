// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import dev.hilda.yaml.ProblemLog;
import dev.hilda.yaml.YamlDocument;
import dev.hilda.yaml.YamlSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a profile strictly: unknown, missing or repeated keys, quantities whose key names no unit, and everything that
 * {@link ProfileChecks} refuses are reported together, each with its line.
 */
public final class ProfileLoader {
    private static final String YAML_SUFFIX = ".yaml";
    private static final long MAX_ADDRESS = 0xFFFF_FFFFL;
    private static final long MAX_HZ = 2_000_000_000L;
    private static final long MAX_ENDURANCE_CYCLES = 10_000_000;
    private static final int MAX_BAUD = 50_000_000;

    private final ProblemLog log;

    private ProfileLoader(ProblemLog log) {
        this.log = log;
    }

    /**
     * Reads one profile.
     *
     * @param file how messages name the file; its last part is the profile's name and {@code .yaml}
     * @param content the file's bytes, UTF-8
     * @throws ProfileException with every problem
     */
    public static BoardProfile load(String file, byte[] content) {
        ProblemLog log = new ProblemLog(file, "profile", content);
        Optional<YamlSection> root = YamlDocument.read(content, log);
        if (root.isEmpty() && log.count() == 0) {
            log.addAt("profile", "a board profile", "an empty file", "start from a shipped profile");
        }
        BoardProfile profile = root.flatMap(section -> new ProfileLoader(log).profile(section, nameOf(file)))
                .orElse(null);
        if (log.count() > 0 || profile == null) {
            throw new ProfileException(log.sorted());
        }
        return profile;
    }

    private static String nameOf(String file) {
        String last = file.substring(file.lastIndexOf('/') + 1);
        return last.endsWith(YAML_SUFFIX) ? last.substring(0, last.length() - YAML_SUFFIX.length()) : last;
    }

    private Optional<BoardProfile> profile(YamlSection root, String fileName) {
        String name = root.text("name", "[a-z0-9][a-z0-9-]*", "lower-case letters, digits and '-'");
        if (!name.isEmpty() && !name.equals(fileName)) {
            log.addAt("name", "the file's name, " + fileName, "\"" + name + "\"", "rename the file or the profile");
        }
        String description = root.text("description", "\\S.*", "one line of text");
        String mcu = root.text("mcu", "STM32[A-Z0-9]+", "a part number such as STM32H743ZIT6");
        String core = root.text("core", "cortex-m(4|7)", "cortex-m4 or cortex-m7");
        root.former("status", "verified_on", "write verified_on: none (was untested), virtual, or silicon (REPORT)");
        Verification verifiedOn = root.read("verified_on", Verification::parse, Verification.EXPECTED)
                .orElse(null);
        Timing timing = root.choice("timing", Timing.class, Timing::label).orElse(null);
        Supply supply = root.choice("supply", Supply.class, Supply::label).orElse(null);
        VoltageScale maxVos =
                root.choice("max_vos", VoltageScale.class, VoltageScale::label).orElse(null);
        ChipIdentity chip = root.section("chip").flatMap(ProfileLoader::chip).orElse(null);
        List<YamlSection> regions = root.sections("memory", "name");
        List<MemoryRegion> memory = memory(regions);
        Usart usart = root.section("usart").flatMap(ProfileLoader::usart).orElse(null);
        Probe probe = root.section("probe").flatMap(ProfileLoader::probe).orElse(null);
        OpenOcdSetup openOcd =
                root.section("openocd").flatMap(ProfileLoader::openOcd).orElse(null);
        Toolchain toolchain =
                root.section("toolchain").flatMap(ProfileLoader::toolchain).orElse(null);
        NetworkBudget budget =
                root.section("budget").flatMap(ProfileLoader::budget).orElse(null);
        root.finish();
        // A region that could not be read would only make the budget look too large.
        NetworkBudget checkable = memory.size() == regions.size() ? budget : null;
        new ProfileChecks(verifiedOn, timing, maxVos, chip, memory, usart, probe, openOcd, checkable)
                .findings()
                .forEach(finding -> log.addAt(finding.path(), finding.expected(), finding.got(), finding.remedy()));
        if (log.count() > 0
                || verifiedOn == null
                || timing == null
                || supply == null
                || maxVos == null
                || chip == null
                || usart == null
                || probe == null
                || openOcd == null
                || toolchain == null
                || budget == null) {
            return Optional.empty();
        }
        return Optional.of(new BoardProfile(
                name,
                description,
                mcu,
                core,
                verifiedOn,
                timing,
                supply,
                maxVos,
                chip,
                memory,
                usart,
                probe,
                openOcd,
                toolchain,
                budget));
    }

    private static Optional<ChipIdentity> chip(YamlSection section) {
        long idcodeAddress = section.integer("idcode_address", "address", 0, MAX_ADDRESS);
        int devId = (int) section.integer("dev_id", "register value", 0, 0xFFF);
        List<ChipRevision> revisions = section.sections("revisions", "name").stream()
                .map(ProfileLoader::revision)
                .flatMap(Optional::stream)
                .toList();
        long uniqueIdAddress = section.integer("unique_id_address", "address", 0, MAX_ADDRESS);
        Optional<UniqueIdRule> rule = section.choice("unique_ids", UniqueIdRule.class, UniqueIdRule::label);
        long endurance = section.integer("flash_endurance_cycles", "erases", 1, MAX_ENDURANCE_CYCLES);
        return section.finish()
                ? Optional.of(new ChipIdentity(
                        idcodeAddress, devId, revisions, uniqueIdAddress, rule.orElseThrow(), endurance))
                : Optional.empty();
    }

    private static Optional<ChipRevision> revision(YamlSection section) {
        String name = section.text("name", "[A-Z0-9]{1,2}", "the revision's letter");
        int revId = (int) section.integer("rev_id", "register value", 0, 0xFFFF);
        long coreHz = section.integer("core_hz", "Hz", 1_000_000, MAX_HZ);
        long busHz = section.integer("bus_hz", "Hz", 1_000_000, MAX_HZ);
        long usartKernelHz = section.integer("usart_kernel_hz", "Hz", 1_000_000, MAX_HZ);
        Optional<VoltageScale> vos = section.choice("vos", VoltageScale.class, VoltageScale::label);
        return section.finish()
                ? Optional.of(new ChipRevision(name, revId, coreHz, busHz, usartKernelHz, vos.orElseThrow()))
                : Optional.empty();
    }

    private static List<MemoryRegion> memory(List<YamlSection> sections) {
        List<MemoryRegion> regions = new ArrayList<>();
        for (YamlSection section : sections) {
            String name = section.text("name", "[A-Z][A-Z0-9_]*", "capitals, digits and '_'");
            long origin = section.integer("origin", "address", 0, MAX_ADDRESS);
            long sizeBytes = section.integer("size_bytes", "bytes", 1, MAX_ADDRESS + 1 - origin);
            List<MemoryRole> roles = section.choices("roles", MemoryRole.class, MemoryRole::label);
            if (section.finish()) {
                regions.add(new MemoryRegion(name, origin, sizeBytes, roles));
            }
        }
        return regions;
    }

    private static Optional<Usart> usart(YamlSection section) {
        String pin = "P[A-K]([0-9]|1[0-5])";
        String instance = section.text("instance", "U(S)?ART[1-8]", "USART1…UART8");
        String txPin = section.text("tx_pin", pin, "a pin such as PD8");
        String rxPin = section.text("rx_pin", pin, "a pin such as PD9");
        int alternateFunction = (int) section.integer("alternate_function", "number", 0, 15);
        int defaultBaud = (int) section.integer("default_baud", "baud", 1, MAX_BAUD);
        List<Integer> ladder = section.integers("baud_ladder", "baud", 1, MAX_BAUD);
        return section.finish()
                ? Optional.of(new Usart(instance, txPin, rxPin, alternateFunction, defaultBaud, ladder))
                : Optional.empty();
    }

    private static Optional<Probe> probe(YamlSection section) {
        Optional<Discovery> discovery = section.choice("discovery", Discovery.class, Discovery::label);
        List<String> usbIds =
                section.texts("usb_ids", 0, "[0-9a-f]{4}:[0-9a-f]{4}", "vendor:product such as 0483:374e");
        List<ProbeKind> kinds = new ArrayList<>();
        for (YamlSection kind : section.sections("kinds", "type")) {
            Optional<ProbeType> type = kind.choice("type", ProbeType.class, ProbeType::label);
            int maxReliableBaud = (int) kind.integer("max_reliable_baud", "baud", 1, MAX_BAUD);
            if (kind.finish()) {
                kinds.add(new ProbeKind(type.orElseThrow(), maxReliableBaud));
            }
        }
        return section.finish() ? Optional.of(new Probe(discovery.orElseThrow(), usbIds, kinds)) : Optional.empty();
    }

    private static Optional<OpenOcdSetup> openOcd(YamlSection section) {
        // Names only, no path upwards and nothing that Tcl would take for code.
        String file = "[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\\.cfg";
        String expected = "a .cfg file relative to OpenOCD's scripts folder";
        Optional<AdapterBackend> backend = section.choice("backend", AdapterBackend.class, AdapterBackend::label);
        Optional<Transport> transport = section.choice("transport", Transport.class, Transport::label);
        String interfaceFile = section.text("interface_file", file, expected);
        String targetFile = section.text("target_file", file, expected);
        Optional<ResetConfig> resetConfig = section.choice("reset_config", ResetConfig.class, ResetConfig::label);
        return section.finish()
                ? Optional.of(new OpenOcdSetup(
                        backend.orElseThrow(),
                        transport.orElseThrow(),
                        interfaceFile,
                        targetFile,
                        resetConfig.orElseThrow()))
                : Optional.empty();
    }

    private static Optional<Toolchain> toolchain(YamlSection section) {
        String compiler = section.text("compiler", "[A-Za-z0-9_.-]+-gcc", "a command name that ends in -gcc");
        List<String> flags = section.texts("cpu_flags", 1, "-m[a-z0-9=-]+", "a flag such as -mcpu=cortex-m7");
        return section.finish() ? Optional.of(new Toolchain(compiler, flags)) : Optional.empty();
    }

    private static Optional<NetworkBudget> budget(YamlSection section) {
        long codeReserveBytes = section.integer("code_reserve_bytes", "bytes", 0, MAX_ADDRESS);
        long flashBytes = section.integer("flash_bytes", "bytes", 1, MAX_ADDRESS);
        long ramReserveBytes = section.integer("ram_reserve_bytes", "bytes", 0, MAX_ADDRESS);
        long ramBytes = section.integer("ram_bytes", "bytes", 1, MAX_ADDRESS);
        return section.finish()
                ? Optional.of(new NetworkBudget(codeReserveBytes, flashBytes, ramReserveBytes, ramBytes))
                : Optional.empty();
    }
}
