// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.measure.Ranking;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.protocol.InferAnswer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/** Predictions as a table of comma-separated values, a line each input. */
final class PredictionTable implements PredictionFile {
    private final BufferedWriter lines;
    private final List<Tensor> inputs;

    /** The prediction is that of the first output. */
    private final int classes;

    PredictionTable(Path file, IntegerNetwork network) throws IOException {
        lines = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        inputs = network.inputTensors();
        classes = network.outputTensors().get(0).shape().elements();
        StringJoiner header = new StringJoiner(",", "", "\n");
        header.add("index,sample,input_sha256,label,prediction,cycles");
        for (int output = 0; output < network.answerElements(); output++) {
            header.add("score_" + output);
        }
        lines.write(header.toString());
    }

    @Override
    public void add(Sample sample, InferAnswer answer, double[] scores) throws IOException {
        StringJoiner line = new StringJoiner(",", "", "\n");
        line.add(Integer.toString(sample.index()))
                .add(quoted(sample.id()))
                .add(Sha256.hex(sample.codes(inputs)))
                .add(
                        sample.label().isPresent()
                                ? Integer.toString(sample.label().getAsInt())
                                : "")
                .add(Integer.toString(Ranking.first(Arrays.copyOf(answer.outputs(), classes))))
                .add(Long.toString(answer.inferenceCycles()));
        for (double score : scores) {
            line.add(Float.toString((float) score));
        }
        lines.write(line.toString());
    }

    private static String quoted(String text) {
        return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
