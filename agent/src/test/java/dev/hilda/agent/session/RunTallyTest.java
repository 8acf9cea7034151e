// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.measure.WireUse;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.agent.testing.SmallNetwork;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTallyTest {
    private static final long BOOTED_LONG_AGO = 1_000_000_000;

    @TempDir
    private Path folder;

    @Test
    void shouldNotTakeTheCyclesOfTwoBootsForThoseOfOne() throws Exception {
        DataSet images = SmallNetwork.dataSet(folder, 120, "top1");
        RunTally tally = new RunTally(SmallNetwork.NETWORK, new AccuracyJudge(SmallNetwork.NETWORK, images));
        Oracle oracle = Oracle.of(SmallNetwork.NETWORK);
        int image = 0;
        for (Sample sample : images) {
            if (image == 60) {
                tally.interrupted(true);
            }
            int[] outputs = oracle.run(sample.codes(SmallNetwork.NETWORK.inputTensors()));
            long finishedAt = 100 * image + (image < 60 ? BOOTED_LONG_AGO : 0);
            tally.add(
                    new PendingImages.Expected(sample, Ints.of(outputs)),
                    new InferAnswer(finishedAt, 10, 20, new long[] {4, 6}, outputs));
            image++;
        }
        RunReport.Answers answers = tally.report(SmallNetwork.hello()).orElseThrow();
        WireUse wire = answers.wire();
        assertEquals(100, wire.cyclesPerImage());
        assertEquals(2 * (60 - 1 - 30), wire.intervals());
        assertEquals(120, answers.parity().matched());
    }
}
