package dev.hilda.host.cli;

import dev.hilda.agent.board.Progress;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.cli.DeploymentSource;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.session.Deployment;
import dev.hilda.host.firmware.FirmwareBuild;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.ir.Graph;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;

/** Opens bundles, and models by quantizing them first with the options given. */
final class ModelDeployments implements DeploymentSource {
    private static final String MODEL_SUFFIX = ".tflite";

    private final FirmwareBuild firmware;
    private final ModelOptions options;
    private final Supplier<Progress> progress;

    /**
     * @param options as parsed by then
     * @param progress for one opening
     */
    ModelDeployments(FirmwareBuild firmware, ModelOptions options, Supplier<Progress> progress) {
        this.firmware = firmware;
        this.options = options;
        this.progress = progress;
    }

    @Override
    public Opened open(Path file, BoardProfile profile) throws InterruptedException {
        if (!file.toString().toLowerCase(Locale.ROOT).endsWith(MODEL_SUFFIX)) {
            options.requireNoneFor(file);
            Bundle bundle = Bundle.read(file);
            bundle.requireBoard(profile);
            IntegerNetwork network = bundle.network();
            return new Opened(
                    network.inputTensor().shape(), network.outputTensor().shape(), () -> Deployment.of(bundle));
        }
        ModelPipeline pipeline = new ModelPipeline(firmware, progress.get());
        QuantizeRequest request = options.request(file, profile);
        ImportedModel read = ModelPipeline.read(file);
        options.requireUsed(request, read);
        pipeline.check(request, read);
        Graph graph = read.graph();
        return new Opened(graph.inputShape(), graph.outputShape(), () -> {
            QuantizedModel model = pipeline.quantize(request, read);
            return Deployment.of(ModelBundle.of(model, pipeline.build(model, profile), profile));
        });
    }
}
