// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.cli.BundleSource;
import dev.hilda.host.pipeline.BuiltBundles;
import dev.hilda.host.pipeline.CheckedModel;
import dev.hilda.host.pipeline.ModelFiles;
import dev.hilda.host.pipeline.ModelPipeline;
import dev.hilda.host.pipeline.OpenedModel;
import dev.hilda.profile.BoardProfile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;

/** Bundles as they are, and of models those that the options given make of them: built once, then taken from the cache. */
final class ModelBundles implements BundleSource {
    private final Function<BuildCache, ModelPipeline> pipelines;
    private final BuildCache cache;
    private final ModelOptions options;
    private final BuildOptions building;
    private final Supplier<PrintWriter> err;

    /**
     * @param pipelines by where compiled firmware lies
     * @param options as parsed by then
     */
    ModelBundles(
            Function<BuildCache, ModelPipeline> pipelines,
            BuildCache cache,
            ModelOptions options,
            BuildOptions building,
            Supplier<PrintWriter> err) {
        this.pipelines = pipelines;
        this.cache = cache;
        this.options = options;
        this.building = building;
        this.err = err;
    }

    @Override
    public Opened open(Path file) throws InterruptedException {
        if (!ModelFiles.isOne(file)) {
            options.requireNoneFor(file);
            building.requireNoneFor(file);
            return BundleSource.ofBundle(file);
        }
        CheckedModel checked = check(file, building.profile(file));
        return new Opened(checked.inputs(), checked.outputs(), () -> bundle(checked));
    }

    CheckedModel check(Path model, BoardProfile profile) throws InterruptedException {
        OpenedModel opened = OpenedModel.of(options.request(model, profile));
        options.requireUsed(opened);
        options.tellRemarks(opened);
        return pipelines.apply(cache).check(opened);
    }

    private BundleFile bundle(CheckedModel checked) throws InterruptedException {
        BuiltBundles built = new BuiltBundles(cache, this::tell);
        String key = key(checked, ProgramCode.HASH);
        Path file = building.rebuilds()
                ? built.rebuild(key, (to, compiled) -> build(checked, to, compiled))
                : built.get(key, (to, compiled) -> build(checked, to, compiled));
        tell("the bundle is " + file);
        return new BundleFile(file, Bundle.read(file));
    }

    /** Of all inputs; whether clipping is allowed decides no byte, but whether there is a bundle. */
    String key(CheckedModel checked, String program) throws InterruptedException {
        return new ContentHash()
                .add(pipelines.apply(cache).inputsHash(checked, program))
                .add("allows clipping " + building.allowsClipping())
                .hex();
    }

    private void build(CheckedModel checked, Path file, BuildCache compiled) throws InterruptedException {
        new BundleWriting(pipelines.apply(compiled), err.get(), file, building.allowsClipping()).write(checked);
    }

    private void tell(String remark) {
        err.get().println("hilda: " + remark);
        err.get().flush();
    }
}
