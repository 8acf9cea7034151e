// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.cache.ResourceTree;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.host.firmware.Optimization;
import dev.hilda.host.memory.NetworkPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Generated networks and the kernels as a program of this machine, with sanitizers that end it at the first fault. Between
 * steps all bytes of an arena that no later step reads are poisoned.
 */
public final class HostProgram {
    private static final long PATIENCE_SECONDS = 600;
    private static final int COMPILERS = 2;

    private static final List<String> FLAGS =
            List.of("-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-I.");
    /** All, but what costs the compiler as much again and finds no more: checks in line, and those of pointers twice. */
    private static final List<String> SANITIZERS = List.of(
            "-O1",
            "-fsanitize=address,undefined",
            "-fno-sanitize=null,object-size",
            "-fno-sanitize-recover=all",
            "--param=asan-instrumentation-with-call-threshold=0");

    private static final String MAIN = """
            #include "network/cases.h"

            #include "kernels/yield.h"
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>

            void inference_yield(void) {}

            void case_poison(uint32_t number, uint32_t steps);

            // stdin: number of a case and its input, repeated; stdout: the outputs.
            int main(void) {
                uint32_t number;
                while (fread(&number, sizeof number, 1, stdin) == 1) {
                    const NetworkDescription *description = case_description(number);
                    uint8_t *input = malloc(description->input_bytes);
                    if (fread(input, 1, description->input_bytes, stdin) != description->input_bytes) {
                        return 2;
                    }
                    case_write_input(number, input);
                    free(input);
                    case_poison(number, 0);
                    for (uint32_t step = 0; step < description->step_count; ++step) {
                        case_run_step(number, step);
                        case_poison(number, step + 1);
                    }
                    int32_t *output = malloc(description->output_count * sizeof *output);
                    case_read_output(number, output);
                    fwrite(output, sizeof *output, description->output_count, stdout);
                    free(output);
                }
                return 0;
            }
            """;

    /** Sanitizers end the program at the first fault; they triple the time of the compiler. */
    enum Checked {
        SANITIZED,
        PLAIN
    }

    private final Path folder;
    private final List<IntegerNetwork> networks;
    private final List<String> flags;

    private HostProgram(Path folder, List<IntegerNetwork> networks, List<String> flags) {
        this.folder = folder;
        this.networks = networks;
        this.flags = flags;
    }

    /**
     * Compiles the networks in an empty folder.
     *
     * @param placement where each network's tensors lie
     */
    static HostProgram build(
            Path folder,
            List<IntegerNetwork> networks,
            Function<IntegerNetwork, NetworkPlan> placement,
            Checked checked)
            throws IOException, InterruptedException {
        return build(folder, networks, placement, checked == Checked.SANITIZED ? SANITIZERS : List.of("-O1"));
    }

    /** Without sanitizers, as the compiler optimizes by such flags. */
    public static HostProgram build(Path folder, List<IntegerNetwork> networks, Optimization optimization)
            throws IOException, InterruptedException {
        return build(folder, networks, NetworkPlan::unfused, optimization.flags());
    }

    private static HostProgram build(
            Path folder,
            List<IntegerNetwork> networks,
            Function<IntegerNetwork, NetworkPlan> placement,
            List<String> flags)
            throws IOException, InterruptedException {
        ResourceTree.read("firmware-template").unpack(folder);
        GeneratedSources sources = new NetworkBatch(networks, placement, false).sources();
        for (Map.Entry<String, String> file : sources.files().entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        Files.writeString(folder.resolve("main.c"), MAIN);
        Files.writeString(folder.resolve("poison.c"), DeadBytes.poisoned(networks, placement));
        List<String> compiled = new ArrayList<>(sources.compiled());
        compiled.addAll(List.of("main.c", "poison.c"));
        HostProgram program = new HostProgram(folder, List.copyOf(networks), flags);
        program.compile(compiled);
        return program;
    }

    /**
     * Runs one case after the other.
     *
     * @param inputs packed input codes, one per network
     * @return each network's outputs
     */
    public List<int[]> run(List<byte[]> inputs) throws IOException, InterruptedException {
        int length =
                inputs.stream().mapToInt(input -> Integer.BYTES + input.length).sum();
        ByteBuffer in = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < inputs.size(); i++) {
            in.putInt(i).put(inputs.get(i));
        }
        Files.write(folder.resolve("inputs"), in.array());
        Process process = new ProcessBuilder(folder.resolve("program").toString())
                .directory(folder.toFile())
                .redirectInput(folder.resolve("inputs").toFile())
                .redirectOutput(folder.resolve("outputs").toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        await(process, "program");
        ByteBuffer out =
                ByteBuffer.wrap(Files.readAllBytes(folder.resolve("outputs"))).order(ByteOrder.LITTLE_ENDIAN);
        List<int[]> outputs = new ArrayList<>();
        for (IntegerNetwork network : networks) {
            int[] values = new int[network.answerElements()];
            out.asIntBuffer().get(values);
            out.position(out.position() + values.length * Integer.BYTES);
            outputs.add(values);
        }
        return outputs;
    }

    /**
     * Runs random inputs of a seed.
     *
     * @return networks whose outputs are not the oracle's, by name
     */
    List<String> different(long seed) throws IOException, InterruptedException {
        List<byte[]> inputs = new ArrayList<>();
        for (IntegerNetwork network : networks) {
            // Of one seed all would have one kind of input, at times a single code; of its own, a network always the
            // same.
            inputs.add(RandomNetworks.packedInput(network, -seed - inputs.size()));
        }
        List<int[]> outputs = run(inputs);
        List<String> different = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            int[] expected = Oracle.of(networks.get(i)).run(inputs.get(i));
            if (!Arrays.equals(expected, outputs.get(i))) {
                different.add("case " + i + ", " + networks.get(i).name());
            }
        }
        return different;
    }

    /** Several compilers at a time take the sources in turns. */
    private void compile(List<String> sources) throws IOException, InterruptedException {
        List<String> objects = new ArrayList<>();
        List<Process> running = new ArrayList<>();
        for (String source : sources) {
            String object = source.substring(0, source.length() - ".c".length()) + ".o";
            objects.add(object);
            if (running.size() == COMPILERS) {
                await(running.remove(0), "gcc");
            }
            running.add(gcc(List.of("-c", source, "-o", object)));
        }
        for (Process process : running) {
            await(process, "gcc");
        }
        List<String> link = new ArrayList<>(objects);
        link.addAll(List.of("-o", "program"));
        await(gcc(link), "gcc");
    }

    private Process gcc(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("gcc"));
        command.addAll(FLAGS);
        command.addAll(flags);
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("errors").toFile()))
                .start();
    }

    private void await(Process process, String name) throws IOException, InterruptedException {
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            String errors = Files.readString(folder.resolve("errors"));
            throw new AssertionError(name + (ended ? " failed" : " still runs") + " in " + folder + ":\n" + errors);
        }
    }
}
