// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.process.LoggedBuild;
import dev.hilda.profile.BoardProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The cross compiler over files of a copy of the template. The same source gives the same bytes, in whatever folder. */
record ObjectCompiler(BoardProfile profile, Optimization optimization) {
    private static final String C_SUFFIX = ".c";
    private static final String ASSEMBLY_SUFFIX = ".S";

    private static final List<String> LANGUAGE = List.of("-std=gnu11");

    private static final List<String> COMPILE_FLAGS = List.of(
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

    /** For the template's files, which are no part of a network's program. */
    ObjectCompiler ofTemplate() {
        return optimization == Optimization.LTO ? new ObjectCompiler(profile, Optimization.O2) : this;
    }

    /** What every generated file of firmware for the board is compiled with. */
    List<String> flags() {
        return Stream.of(profile.toolchain().cpuFlags(), LANGUAGE, optimization.flags(), COMPILE_FLAGS)
                .flatMap(List::stream)
                .toList();
    }

    /** What the linker is told, besides where things lie. */
    List<String> linkFlags() {
        boolean compiles = optimization == Optimization.LTO;
        return Stream.of(compiles ? flags() : profile.toolchain().cpuFlags(), LINK_FLAGS)
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Leaves an object file beside each source.
     *
     * @param folder of the template's copy
     * @param sources relative to it
     */
    void compile(List<String> sources, Path folder, LoggedBuild build) throws IOException, InterruptedException {
        List<List<String>> compilers = new ArrayList<>();
        for (String source : sources) {
            List<String> compile = new ArrayList<>(List.of(profile.toolchain().compiler()));
            compile.addAll(flags());
            compile.addAll(List.of("-ffile-prefix-map=" + folder + "=.", "-c", source, "-o", object(source)));
            compilers.add(compile);
        }
        build.runAll(compilers, folder);
    }

    static boolean compiles(String path) {
        return path.endsWith(C_SUFFIX) || path.endsWith(ASSEMBLY_SUFFIX);
    }

    /** The object file of a source: {@code x.o} of {@code x.c}, {@code x.S.o} of {@code x.S}. */
    static String object(String source) {
        boolean isC = source.endsWith(C_SUFFIX);
        return (isC ? source.substring(0, source.length() - C_SUFFIX.length()) : source) + ".o";
    }
}
