// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.board.Progress;
import dev.hilda.agent.run.BundleDeployments;
import dev.hilda.agent.run.DeploymentSource;
import dev.hilda.agent.session.Deployment;
import dev.hilda.host.pipeline.CheckedModel;
import dev.hilda.host.pipeline.ModelFiles;
import dev.hilda.host.pipeline.ModelPipeline;
import dev.hilda.host.pipeline.OpenedModel;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Opens bundles, and models by quantizing them first with the options given. */
final class ModelDeployments implements DeploymentSource {
    private final ModelPipeline pipeline;
    private final ModelOptions options;
    private final Supplier<Progress> progress;

    /**
     * @param options as parsed by then
     * @param progress for one opening
     */
    ModelDeployments(ModelPipeline pipeline, ModelOptions options, Supplier<Progress> progress) {
        this.pipeline = pipeline;
        this.options = options;
        this.progress = progress;
    }

    @Override
    public Opened open(Path file, BoardProfile profile) throws InterruptedException {
        if (!ModelFiles.isOne(file)) {
            options.requireNoneFor(file);
            return new BundleDeployments().open(file, profile);
        }
        OpenedModel opened = OpenedModel.of(options.request(file, profile));
        options.requireUsed(opened);
        options.tellRemarks(opened);
        CheckedModel checked = pipeline.check(opened);
        return new Opened(
                checked.inputs(),
                checked.outputs(),
                () -> Deployment.of(pipeline.bundle(checked, progress.get()).bundle()));
    }
}
