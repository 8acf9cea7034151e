// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

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
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Object files of the template's own sources. They are the same whatever network they are linked with, so they are
 * compiled once and kept; a network's build compiles what was generated for it.
 */
record TemplateObjects(ResourceTree template, FirmwarePort port, ObjectCompiler compiler) {
    static final int NAME_DIGITS = 16;

    /** How long one run of the compiler or the linker may take. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String ALWAYS = "SOURCES";
    private static final String WITH_NETWORK = "NETWORK_SOURCES";

    /** What generated files define in their stead. */
    private static final Set<String> WITHOUT_NETWORK = Set.of("app/base_identity.c", "app/base_network.c");

    /** Adds all that object files depend on. */
    void addTo(ContentHash hash) throws InterruptedException {
        template.addTo(hash);
        hash.add(port.folder());
        compiler.flags().forEach(hash::add);
        hash.add(CompilerVersion.of(compiler.profile().toolchain().compiler()));
    }

    /** The folder with the object files, each where its source is in the template. */
    Path folder(BuildCache cache) throws InterruptedException {
        ContentHash hash = new ContentHash();
        addTo(hash);
        return cache.folder("objects-" + hash.hex().substring(0, NAME_DIGITS), this::fill);
    }

    private void fill(Path folder) throws IOException, InterruptedException {
        template.unpack(folder);
        Set<String> sources = new LinkedHashSet<>(sources(false));
        sources.addAll(sources(true));
        compiler.compile(List.copyOf(sources), folder, build("the firmware template", compiler.profile(), folder));
    }

    /** A build whose log lies beside its folder: that is emptied before the next try, but the log is worth reading. */
    static LoggedBuild build(String what, BoardProfile profile, Path folder) throws IOException {
        Path log = folder.resolveSibling(folder.getFileName() + ".log");
        Files.deleteIfExists(log);
        return new LoggedBuild(what + " for " + profile.name(), log, PATIENCE);
    }

    /** Sources of firmware with or without a network, in the order in which they are linked. */
    List<String> sources(boolean withNetwork) {
        List<String> sources = new ArrayList<>(listed(ALWAYS));
        sources.addAll(listed(port.sources()));
        sources.sort(Comparator.naturalOrder());
        if (withNetwork) {
            sources.removeAll(WITHOUT_NETWORK);
            sources.addAll(listed(WITH_NETWORK));
        }
        return sources;
    }

    private List<String> listed(String list) {
        return template.text(list)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
