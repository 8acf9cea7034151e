// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FirmwareSource;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.cache.ResourceTree;
import dev.hilda.profile.BoardProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Compiles firmware from the template that is on the class path, alone or with a network. The same source, flags and
 * compiler give the same bytes, in whatever folder; hence the result is kept under a hash of the three.
 */
public final class FirmwareBuild implements FirmwareSource, NetworkCompiler {
    static final String TEMPLATE = "firmware-template";
    private static final String IDENTITY = "network/identity.c";

    private final BuildCache cache;
    private final Consumer<String> announce;
    private final Optimization optimization;

    /**
     * A build that keeps its results in a cache.
     *
     * @param announce hears one line when a build begins
     */
    public FirmwareBuild(BuildCache cache, Consumer<String> announce) {
        this(cache, announce, Optimization.FIRMWARE);
    }

    /** A build with other flags than those of firmware that is measured. */
    public FirmwareBuild(BuildCache cache, Consumer<String> announce, Optimization optimization) {
        this.cache = cache;
        this.announce = announce;
        this.optimization = optimization;
    }

    @Override
    public String requireCompiler(BoardProfile profile) throws InterruptedException {
        FirmwarePort.of(profile);
        return CompilerVersion.of(profile.toolchain().compiler());
    }

    @Override
    public FirmwareImage baseFirmware(BoardProfile profile) throws InterruptedException {
        return FirmwareImage.read(build(profile, "the base firmware", Map.of()).resolve(Compilation.ELF));
    }

    @Override
    public NetworkFirmware network(BoardProfile profile, String name, Map<String, String> generated, String modelHash)
            throws InterruptedException {
        Map<String, String> files = new TreeMap<>(generated);
        files.put(IDENTITY, IdentitySource.of(modelHash));
        Path folder = build(profile, "firmware for " + name, files);
        FirmwareImage image = FirmwareImage.read(folder.resolve(Compilation.ELF));
        String map;
        try {
            map = Files.readString(folder.resolve(Compilation.MAP));
        } catch (IOException e) {
            throw new UncheckedIOException("the link map of " + name, e);
        }
        LinkMap linkMap = LinkMap.parse(map);
        RegionCheck.requireFits(linkMap, profile, name);
        long stackBytes = StackCheck.requireFits(folder.resolve(Compilation.ELF), map, linkMap, profile, name);
        String compiler = CompilerVersion.of(profile.toolchain().compiler());
        return new NetworkFirmware(
                image, map, linkMap, compiler, compiler(profile).flags(), stackBytes);
    }

    private ObjectCompiler compiler(BoardProfile profile) {
        return new ObjectCompiler(profile, optimization);
    }

    /** The folder with the linked files. */
    private Path build(BoardProfile profile, String what, Map<String, String> generated) throws InterruptedException {
        ObjectCompiler compiler = compiler(profile);
        TemplateObjects objects =
                new TemplateObjects(ResourceTree.read(TEMPLATE), FirmwarePort.of(profile), compiler.ofTemplate());
        Compilation compilation = new Compilation(objects, compiler, what, generated);
        ContentHash hash = new ContentHash();
        objects.addTo(hash);
        compilation.addTo(hash);
        return cache.folder("firmware-" + hash.hex().substring(0, TemplateObjects.NAME_DIGITS), target -> {
            announce.accept("building " + what + " (once, until its source or the compiler changes)");
            compilation.run(objects.folder(cache), target);
        });
    }
}
