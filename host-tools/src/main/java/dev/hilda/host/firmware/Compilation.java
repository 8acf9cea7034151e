// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.process.LoggedBuild;
import dev.hilda.profile.BoardProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Firmware linked from the template's object files and what was generated, where there is any. */
final class Compilation {
    static final String ELF = "hilda.elf";
    static final String MAP = "hilda.map";

    private static final Pattern OVERFLOW = Pattern.compile("region `(\\w+)' overflowed by (\\d+) bytes");

    private final TemplateObjects template;
    private final ObjectCompiler compiler;
    private final BoardProfile profile;
    private final FirmwarePort port;
    private final String what;
    private final Map<String, String> generated;
    private final String memoryScript;

    /**
     * @param compiler of what is generated
     * @param what what is built, for messages
     * @param generated files by their path in the template; empty for the base firmware
     */
    Compilation(TemplateObjects template, ObjectCompiler compiler, String what, Map<String, String> generated) {
        this.template = template;
        this.compiler = compiler;
        this.profile = compiler.profile();
        this.port = template.port();
        this.what = what;
        this.generated = generated;
        this.memoryScript = MemoryScript.of(profile, port.roles());
    }

    /** Adds all that the result depends on besides the template's object files. */
    void addTo(ContentHash hash) {
        compiler.flags().forEach(hash::add);
        compiler.linkFlags().forEach(hash::add);
        hash.add(memoryScript);
        generated.forEach((path, text) -> hash.add(path).add(text));
    }

    /**
     * Leaves {@link #ELF} and {@link #MAP} in a folder.
     *
     * @param compiled the template with its object files
     */
    void run(Path compiled, Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("source");
        template.template().unpack(source);
        for (String file : template.sources(!generated.isEmpty())) {
            String object = ObjectCompiler.object(file);
            Files.copy(compiled.resolve(object), source.resolve(object));
        }
        write(source, port.memoryScript(), memoryScript);
        for (Map.Entry<String, String> file : generated.entrySet()) {
            write(source, file.getKey(), file.getValue());
        }
        LoggedBuild build = TemplateObjects.build(what, profile, folder);
        compiler.compile(generatedSources(), source, build);
        link(source, build);
    }

    private static void write(Path folder, String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.resolveSibling(""));
        Files.writeString(path, text);
    }

    private List<String> generatedSources() {
        return generated.keySet().stream().filter(ObjectCompiler::compiles).toList();
    }

    private void link(Path source, LoggedBuild build) throws IOException, InterruptedException {
        List<String> sources = new ArrayList<>(template.sources(!generated.isEmpty()));
        sources.addAll(generatedSources());
        List<String> link = new ArrayList<>(List.of(profile.toolchain().compiler()));
        link.addAll(compiler.linkFlags());
        link.add("-T" + port.linkerScript());
        sources.forEach(file -> link.add(ObjectCompiler.object(file)));
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
}
