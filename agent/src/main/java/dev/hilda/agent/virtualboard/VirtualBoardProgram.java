// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.virtualboard;

import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.cache.ResourceTree;
import dev.hilda.agent.process.ChildProcess;
import dev.hilda.agent.process.LoggedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The program {@code hilda-virtual-board}, built from the source that the device profiles carry. */
public final class VirtualBoardProgram {
    private static final String SOURCE = "virtual-board";
    private static final String PROGRAM = "hilda-virtual-board";
    private static final int NAME_DIGITS = 16;
    private static final Duration BUILD_PATIENCE = Duration.ofMinutes(10);

    private static final Duration VERSION_PATIENCE = Duration.ofSeconds(20);

    private VirtualBoardProgram() {}

    /**
     * The program's file, built first if it is not in the cache.
     *
     * @param announce hears one line when a build begins
     * @throws dev.hilda.agent.board.BenchFailure of kind build
     */
    public static Path built(BuildCache cache, Consumer<String> announce) throws InterruptedException {
        ResourceTree source = ResourceTree.read(SOURCE);
        ContentHash hash = new ContentHash();
        source.addTo(hash);
        // The program is linked with this library by this compiler: another of either needs another program.
        hash.add(firstLine("gcc", "--version")).add(firstLine("pkg-config", "--modversion", "unicorn"));
        String name = SOURCE + "-" + hash.hex().substring(0, NAME_DIGITS);
        Path folder = cache.folder(name, target -> {
            announce.accept("building the virtual board (once, until its source changes)");
            build(source, target);
        });
        return folder.resolve(PROGRAM);
    }

    /** What a tool says; an error text too, which the build repeats and explains. */
    private static String firstLine(String... command) throws InterruptedException {
        try (ChildProcess child = ChildProcess.start(List.of(command), Path.of("/"))) {
            return child.nextLine(VERSION_PATIENCE).orElse("");
        }
    }

    private static void build(ResourceTree source, Path folder) throws IOException, InterruptedException {
        Path sourceFolder = folder.resolve("source");
        Path buildFolder = folder.resolve("build");
        source.unpack(sourceFolder);
        // Beside the folder: a failed build is emptied before the next, but its log is worth reading until then.
        Path log = folder.resolveSibling(folder.getFileName() + ".log");
        Files.deleteIfExists(log);
        LoggedBuild build = new LoggedBuild("the virtual board", log, BUILD_PATIENCE);
        build.run(List.of("cmake", "-S", sourceFolder.toString(), "-B", buildFolder.toString()), folder);
        String jobs = String.valueOf(Runtime.getRuntime().availableProcessors());
        build.run(List.of("cmake", "--build", buildFolder.toString(), "--target", PROGRAM, "--parallel", jobs), folder);
        Files.copy(buildFolder.resolve(PROGRAM), folder.resolve(PROGRAM), StandardCopyOption.COPY_ATTRIBUTES);
    }
}
