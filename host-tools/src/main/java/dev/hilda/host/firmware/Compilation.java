// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.cache.ResourceTree;
import dev.hilda.agent.process.LoggedBuild;
import dev.hilda.profile.BoardProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One run of the cross compilers and the linker over the firmware template, with generated files where there are any. */
final class Compilation {
    static final String ELF = "hilda.elf";
    static final String MAP = "hilda.map";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String C_SUFFIX = ".c";
    private static final String ASSEMBLY_SUFFIX = ".S";

    /** What generated files define in their stead. */
    private static final Set<String> BASE_ONLY = Set.of("app/base_identity.c", "app/base_network.c");

    private static final List<String> COMPILE_FLAGS = List.of(
            "-std=gnu11",
            "-O2",
            "-g",
            "-ffunction-sections",
            "-fdata-sections",
            "-fno-common",
            "-ffreestanding",
            // Address 0 is memory (ITCM). GCC 12 writes pointers into an arena as differences of addresses, which
            // "no pointer is null" then takes for unreachable: a layer was left out.
            "-fno-delete-null-pointer-checks",
            "-Wall",
            "-Wextra",
            "-Wconversion",
            "-Wshadow",
            "-Werror",
            "-I.");

    private static final List<String> LINK_FLAGS = List.of(
            "--specs=nano.specs", "-nostartfiles", "-Wl,--gc-sections", "-Wl,--fatal-warnings", "-Wl,--build-id=none");

    private static final Pattern OVERFLOW = Pattern.compile("region `(\\w+)' overflowed by (\\d+) bytes");

    private final BoardProfile profile;
    private final FirmwarePort port;
    private final String what;
    private final Map<String, String> generated;
    private final String memoryScript;

    /**
     * @param what what is built, for messages
     * @param generated files by their path in the template; empty for the base firmware
     */
    Compilation(BoardProfile profile, FirmwarePort port, String what, Map<String, String> generated) {
        this.profile = profile;
        this.port = port;
        this.what = what;
        this.generated = generated;
        this.memoryScript = MemoryScript.of(profile, port.roles());
    }

    /** What every C file of firmware for a board is compiled with. */
    static List<String> compilerFlags(BoardProfile profile) {
        return Stream.concat(profile.toolchain().cpuFlags().stream(), COMPILE_FLAGS.stream())
                .toList();
    }

    /** Adds all that the result depends on besides the template and the compiler. */
    void addTo(ContentHash hash) {
        profile.toolchain().cpuFlags().forEach(hash::add);
        COMPILE_FLAGS.forEach(hash::add);
        LINK_FLAGS.forEach(hash::add);
        hash.add(port.linkerScript());
        hash.add(memoryScript);
        generated.forEach((path, text) -> hash.add(path).add(text));
    }

    /** Leaves {@link #ELF} and {@link #MAP} in a folder. */
    void run(ResourceTree template, Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("source");
        template.unpack(source);
        Files.writeString(source.resolve(port.memoryScript()), memoryScript);
        for (Map.Entry<String, String> file : generated.entrySet()) {
            Path path = source.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        // Beside the folder: a failed build is emptied before the next, but its log is worth reading until then.
        Path log = folder.resolveSibling(folder.getFileName() + ".log");
        Files.deleteIfExists(log);
        LoggedBuild build = new LoggedBuild(what + " for " + profile.name(), log, PATIENCE);
        List<String> objects = new ArrayList<>();
        List<List<String>> compilers = new ArrayList<>();
        for (String file : sources(source)) {
            String object = object(file);
            List<String> compile = command(COMPILE_FLAGS);
            compile.addAll(List.of("-ffile-prefix-map=" + source + "=.", "-c", file, "-o", object));
            compilers.add(compile);
            objects.add(object);
        }
        build.runAll(compilers, source);
        List<String> link = command(LINK_FLAGS);
        link.add("-T" + port.linkerScript());
        link.addAll(objects);
        link.addAll(List.of("-Wl,-Map=../" + MAP, "-o", "../" + ELF));
        try {
            build.run(link, source);
        } catch (BenchFailure failure) {
            throw overflow(failure).orElse(failure);
        }
    }

    /** The linker's complaint about a memory, in words that help; empty for any other. */
    private Optional<BenchFailure> overflow(BenchFailure failure) {
        return failure.actual()
                .map(OVERFLOW::matcher)
                .filter(Matcher::find)
                .map(found -> BenchFailure.of(FailureKind.BUILD, "fit " + what)
                        .board(profile.name())
                        .expected("an image within " + found.group(1))
                        .actual(found.group(2) + " bytes too many")
                        .remedy(RegionCheck.REMEDY)
                        .cause(failure)
                        .failure());
    }

    private List<String> command(List<String> flags) {
        List<String> command = new ArrayList<>(List.of(profile.toolchain().compiler()));
        command.addAll(profile.toolchain().cpuFlags());
        command.addAll(flags);
        return command;
    }

    private List<String> sources(Path source) throws IOException {
        List<String> files = new ArrayList<>(listed(source.resolve("SOURCES")));
        files.addAll(listed(source.resolve(port.sources())));
        files.sort(Comparator.naturalOrder());
        if (!generated.isEmpty()) {
            files.removeAll(BASE_ONLY);
            files.addAll(listed(source.resolve("NETWORK_SOURCES")));
            generated.keySet().stream().filter(Compilation::isCompiled).forEach(files::add);
        }
        return files;
    }

    private static boolean isCompiled(String path) {
        return path.endsWith(C_SUFFIX) || path.endsWith(ASSEMBLY_SUFFIX);
    }

    /** The object file of a source: {@code x.o} of {@code x.c}, {@code x.S.o} of {@code x.S}. */
    static String object(String source) {
        boolean isC = source.endsWith(C_SUFFIX);
        return (isC ? source.substring(0, source.length() - C_SUFFIX.length()) : source) + ".o";
    }

    private List<String> listed(Path list) throws IOException {
        List<String> files = Files.readAllLines(list).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (files.isEmpty()) {
            throw BenchFailure.of(FailureKind.BUILD, "build " + what)
                    .expected("source files in the template's " + list.getFileName())
                    .actual("none")
                    .failure();
        }
        return files;
    }
}
