package dev.hilda.host.firmware;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FirmwareSource;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.cache.ResourceTree;
import dev.hilda.agent.process.LoggedBuild;
import dev.hilda.profile.BoardProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Compiles the base firmware from the template that is on the class path. The same source, flags and compiler give the
 * same bytes, in whatever folder; hence the result is kept under a hash of the three.
 */
public final class FirmwareBuild implements FirmwareSource {
    private static final String TEMPLATE = "firmware-template";
    private static final String ELF = "hilda-base.elf";
    private static final int NAME_DIGITS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final List<String> COMPILE_FLAGS = List.of(
            "-std=gnu11",
            "-O2",
            "-g",
            "-ffunction-sections",
            "-fdata-sections",
            "-fno-common",
            "-ffreestanding",
            "-fstack-usage",
            "-Wall",
            "-Wextra",
            "-Wconversion",
            "-Wshadow",
            "-Werror",
            "-I.");

    private static final List<String> LINK_FLAGS = List.of(
            "--specs=nano.specs", "-nostartfiles", "-Wl,--gc-sections", "-Wl,--fatal-warnings", "-Wl,--build-id=none");

    private final BuildCache cache;
    private final Consumer<String> announce;

    /**
     * A build that keeps its results in a cache.
     *
     * @param announce hears one line when a build begins
     */
    public FirmwareBuild(BuildCache cache, Consumer<String> announce) {
        this.cache = cache;
        this.announce = announce;
    }

    @Override
    public FirmwareImage baseFirmware(BoardProfile profile) throws InterruptedException {
        FirmwarePort port = FirmwarePort.of(profile);
        String compiler = profile.toolchain().compiler();
        ResourceTree template = ResourceTree.read(TEMPLATE);
        ContentHash hash = new ContentHash();
        template.addTo(hash);
        profile.toolchain().cpuFlags().forEach(hash::add);
        COMPILE_FLAGS.forEach(hash::add);
        LINK_FLAGS.forEach(hash::add);
        hash.add(port.linkerScript()).add(CompilerVersion.of(compiler));
        String name = "firmware-" + hash.hex().substring(0, NAME_DIGITS);
        Path folder = cache.folder(name, target -> {
            announce.accept("building the base firmware (once, until its source or the compiler changes)");
            build(profile, port, template, target);
        });
        return FirmwareImage.read(folder.resolve(ELF));
    }

    private static void build(BoardProfile profile, FirmwarePort port, ResourceTree template, Path folder)
            throws IOException, InterruptedException {
        Path source = folder.resolve("source");
        template.unpack(source);
        // Beside the folder: a failed build is emptied before the next, but its log is worth reading until then.
        Path log = folder.resolveSibling(folder.getFileName() + ".log");
        Files.deleteIfExists(log);
        LoggedBuild build = new LoggedBuild("the base firmware for " + profile.name(), log, PATIENCE);
        String compiler = profile.toolchain().compiler();
        List<String> objects = new ArrayList<>();
        for (String file : sources(source)) {
            String object = file.substring(0, file.length() - ".c".length()) + ".o";
            List<String> compile = command(compiler, profile, COMPILE_FLAGS);
            compile.addAll(List.of("-ffile-prefix-map=" + source + "=.", "-c", file, "-o", object));
            build.run(compile, source);
            objects.add(object);
        }
        List<String> link = command(compiler, profile, LINK_FLAGS);
        link.add("-T" + port.linkerScript());
        link.addAll(objects);
        link.addAll(List.of("-Wl,-Map=../hilda-base.map", "-o", "../" + ELF));
        build.run(link, source);
    }

    private static List<String> command(String compiler, BoardProfile profile, List<String> flags) {
        List<String> command = new ArrayList<>(List.of(compiler));
        command.addAll(profile.toolchain().cpuFlags());
        command.addAll(flags);
        return command;
    }

    private static List<String> sources(Path source) throws IOException {
        List<String> files = Files.readAllLines(source.resolve("SOURCES")).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (files.isEmpty()) {
            throw BenchFailure.of(FailureKind.BUILD, "build the base firmware")
                    .expected("C files in the template's SOURCES")
                    .actual("none")
                    .failure();
        }
        return files;
    }
}
