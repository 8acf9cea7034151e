// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.board.FunctionTable;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.bundle.BundleReport;
import dev.hilda.agent.bundle.Provenance;
import dev.hilda.agent.bundle.Reference;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import dev.hilda.host.emit.NetworkEmitter;
import dev.hilda.host.firmware.FirmwareBuild;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.memory.NetworkPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;

/** A small network whose firmware crashes at one image of some seeds, and works at all others. */
final class FaultNetwork {
    /** The image at which the seeds of {@link Crash} crash the firmware. */
    static final int CRASHING_IMAGE = 60;

    private static final int INPUTS = 480;
    private static final int WEIGHTS_SEED = 3;
    private static final int PATTERN_BYTES = 16;
    private static final String WRITE_INPUT = "void network_write_input(const uint8_t *input) {\n";

    /** What the firmware does at that image, in the order of the protocol's crash request; the seeds are 1000, 2000 and so on: those next to
     * one another share images. */
    enum Crash {
        UNDEFINED_INSTRUCTION,
        BUS_FAULT,
        NULL_READ,
        STACK_OVERFLOW,
        ENDLESS_LOOP;

        long seed() {
            return 1000L * (1 + ordinal());
        }
    }

    private final IntegerNetwork network;

    FaultNetwork() {
        this(WEIGHTS_SEED);
    }

    /** Another one for each seed. */
    FaultNetwork(long weightsSeed) {
        this.network = RandomNetworks.layer(
                Operator.FULLY_CONNECTED, TensorShape.vector(INPUTS), new Precision(8, 8, 8), weightsSeed);
    }

    /** The same weights as of that seed, under a name of one's own. */
    FaultNetwork(String name, long weightsSeed) {
        this(named(new FaultNetwork(weightsSeed).network, name));
    }

    private FaultNetwork(IntegerNetwork network) {
        this.network = network;
    }

    private static IntegerNetwork named(IntegerNetwork network, String name) {
        return new IntegerNetwork(name, network.tensors(), network.layers(), network.inputs(), network.outputs());
    }

    /** As if it were trained anew: other weights under the same name, of the same inputs and as many classes. */
    FaultNetwork retrained() {
        for (long seed = 100; ; seed++) {
            IntegerNetwork drawn = new FaultNetwork(seed).network;
            List<Tensor> tensors = new ArrayList<>(drawn.tensors());
            tensors.set(drawn.inputs().get(0), network.inputTensors().get(0));
            IntegerNetwork other =
                    new IntegerNetwork(network.name(), tensors, drawn.layers(), drawn.inputs(), drawn.outputs());
            if (other.outputTensors()
                    .get(0)
                    .shape()
                    .equals(network.outputTensors().get(0).shape())) {
                return new FaultNetwork(other);
            }
        }
    }

    IntegerNetwork network() {
        return network;
    }

    /** What it takes inputs of a data set for. */
    List<Integer> predictions(DataSet inputs) throws IOException {
        Oracle oracle = Oracle.of(network);
        List<Integer> predictions = new ArrayList<>();
        for (int index = 0; index < inputs.size(); index++) {
            int[] outputs = oracle.run(inputs.sample(index).codes(network.inputTensors()));
            int best = 0;
            for (int output = 1; output < outputs.length; output++) {
                best = outputs[output] > outputs[best] ? output : best;
            }
            predictions.add(best);
        }
        return predictions;
    }

    /** A data set of random inputs that it answers rightly, all of them. */
    Path labelled(Path folder, int images, long seed) throws IOException {
        Path plain = dataSet(folder, images, seed);
        String labels = predictions(DataSets.open(plain)).toString();
        return Files.writeString(
                folder.resolve(network.name() + "-labelled.yaml"),
                Files.readString(plain)
                        .replace("name: inputs", "name: " + network.name() + "-set")
                        .replace("metric: none", "metric: top1\nlabels: " + labels));
    }

    NetworkFirmware firmware() throws InterruptedException {
        Map<String, String> files = new TreeMap<>(
                NetworkEmitter.emit(network, NetworkPlan.unfused(network)).files());
        files.compute("network/network.c", (name, text) -> sabotaged(String.valueOf(text)));
        return new FirmwareBuild(TestBench.cache(), line -> {})
                .network(VirtualBoard.PROFILE, network.name(), files, NetworkFile.sha256(network));
    }

    /** Writes the bundle. */
    Path bundle(Path folder) throws InterruptedException {
        NetworkFirmware firmware = firmware();
        return write(folder.resolve(network.name() + ".hilda"), firmware);
    }

    /** A data set of random inputs at which the firmware does not crash. */
    Path dataSet(Path folder, int images, long seed) throws IOException {
        byte[] inputs = new byte[images * INPUTS];
        new Random(seed).nextBytes(inputs);
        Path data = Files.write(folder.resolve(network.name() + ".bin"), inputs);
        Tensor input = network.inputTensors().get(0);
        return Files.writeString(folder.resolve(network.name() + ".yaml"), """
                name: inputs
                layout: raw
                data: %s
                dtype: u8
                shape: [%d]
                values: {scale: %s, offset: %s}
                metric: none
                """.formatted(
                        data, INPUTS, input.scale(), -input.scale() * input.zeroPoint()));
    }

    /** The same bundle around firmware that says another network's hash. */
    Path staleBundle(Path folder) throws InterruptedException {
        Map<String, String> files =
                NetworkEmitter.emit(network, NetworkPlan.unfused(network)).files();
        return write(
                folder.resolve("stale.hilda"),
                new FirmwareBuild(TestBench.cache(), line -> {})
                        .network(VirtualBoard.PROFILE, network.name(), files, "ab".repeat(32)));
    }

    /** Where a function of the firmware begins. */
    String address(String function) throws InterruptedException {
        return String.format(
                "0x%08x",
                FunctionTable.of(firmware().image())
                        .named(function)
                        .orElseThrow()
                        .range()
                        .startAddress());
    }

    private Path write(Path file, NetworkFirmware firmware) {
        new Bundle(
                        new Provenance(
                                "faulty.tflite",
                                "ab".repeat(32),
                                "0.1.0",
                                1,
                                firmware.compiler(),
                                firmware.compilerFlags(),
                                List.of(),
                                VirtualBoard.PROFILE.name(),
                                VirtualBoard.PROFILE.mcu()),
                        network,
                        firmware.image(),
                        firmware.map(),
                        Reference.draw(network, 1, 2),
                        new BundleReport(List.of(), List.of(), 0, 0, Optional.empty(), 0, 0),
                        OptionalDouble.empty())
                .write(file);
        return file;
    }

    private String sabotaged(String source) {
        if (!source.contains(WRITE_INPUT)) {
            throw new AssertionError("network.c takes its input elsewhere");
        }
        StringBuilder patterns = new StringBuilder();
        for (Crash crash : Crash.values()) {
            byte[] image = DataSets.seeded(network.inputTensors(), crash.seed(), CRASHING_IMAGE + 1)
                    .sample(CRASHING_IMAGE)
                    .codes(network.inputTensors());
            patterns.append("    {");
            for (int index = 0; index < PATTERN_BYTES; index++) {
                patterns.append(image[index] & 0xFF).append(", ");
            }
            patterns.append("},\n");
        }
        String trap = """
                #include "port/port.h"
                #include <string.h>
                static const uint8_t crashing[][%d] = {
                %s};
                static __attribute__((noinline)) void crash_at(const uint8_t *input) {
                    for (uint32_t kind = 0; kind < sizeof crashing / sizeof crashing[0]; kind++) {
                        if (memcmp(input, crashing[kind], sizeof crashing[kind]) == 0) {
                            port_provoke((uint8_t)kind);
                        }
                    }
                }

                """.formatted(PATTERN_BYTES, patterns);
        return source.replace(WRITE_INPUT, trap + WRITE_INPUT + "    crash_at(input);\n");
    }
}
