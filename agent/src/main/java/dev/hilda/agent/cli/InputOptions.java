// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.run.RunInputs;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say what a network is run on. */
final class InputOptions {
    private static final int SEEDED = 10;
    private static final long SEED = 1;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "SET.yaml",
            description =
                    "The data set, or a folder with a dataset.yaml; without one, pseudo-random inputs: latency and"
                            + " parity, no accuracy.")
    private Optional<Path> data;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "Only this JPEG or PNG, prepared as the samples of --data, whose class names it gets; without"
                    + " --data all of it, spread over the range of the network's input.")
    private Optional<Path> image;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Only the first N images; of pseudo-random inputs so many, default: " + SEEDED + ".")
    private Optional<Integer> limit;

    @Option(names = "--seed", paramLabel = "N", description = "Of pseudo-random inputs; default: " + SEED + ".")
    private Optional<Long> seed;

    /** Refuses options that contradict each other. */
    void check() {
        limit.filter(count -> count < 1).ifPresent(count -> {
            throw wrong("--limit: expected 1 to " + Integer.MAX_VALUE + ", got " + count);
        });
        if (image.isPresent() && limit.isPresent()) {
            throw wrong("--limit: expected nothing beside --image, which is one input");
        }
        if (seed.isPresent() && !isSeeded()) {
            throw wrong("--seed: expected nothing beside --data or --image, whose inputs are not drawn");
        }
    }

    /** Whether right outputs are known. */
    boolean isJudged() {
        return data.isPresent() && image.isEmpty();
    }

    private boolean isSeeded() {
        return data.isEmpty() && image.isEmpty();
    }

    /**
     * The inputs.
     *
     * @param remarks hears what a picture is taken for
     */
    RunInputs inputs(Consumer<String> remarks) {
        if (image.isPresent()) {
            return RunInputs.picture(image.get(), data, remarks);
        }
        return data.isPresent()
                ? RunInputs.dataSet(data.get(), limit)
                : RunInputs.seeded(seed.orElse(SEED), limit.orElse(SEEDED));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
