// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.measure.CycleSummary;
import dev.hilda.agent.measure.Parity;
import dev.hilda.agent.measure.WireUse;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.protocol.Statistics;
import java.util.List;
import java.util.Optional;

/**
 * What a run of a network has found until now, whether or not the board computed what the oracle computes.
 *
 * @param flash once the firmware was written
 * @param greeting once the board had said hello
 * @param answers once there was one
 * @param end once every image was answered that could be read
 * @param resumes each time the board was lost and found again
 */
public record RunReport(
        Optional<Flasher.Report> flash,
        Optional<Greeting> greeting,
        Optional<Answers> answers,
        Optional<End> end,
        List<Resume> resumes) {
    public RunReport {
        resumes = List.copyOf(resumes);
    }

    /**
     * What the answers add up to.
     *
     * @param inference cycles of the network alone
     * @param elapsed cycles from an inference's start to its end
     * @param layers in the order they run
     */
    public record Answers(
            Accuracy accuracy,
            Parity parity,
            CycleSummary inference,
            CycleSummary elapsed,
            List<LayerMedian> layers,
            WireUse wire) {
        public Answers {
            layers = List.copyOf(layers);
        }
    }

    /**
     * How long a layer took.
     *
     * @param name as in the network
     * @param medianCycles over all images
     */
    public record LayerMedian(String name, long medianCycles) {}

    /**
     * What the board and the link say when the last answer has come.
     *
     * @param network what the firmware says of it
     * @param hostLink what the host's end of the link counted while images were streamed
     * @param board what the board had counted since boot
     * @param counters of the core while images were streamed, where the board has them
     * @param clocks the board's clock against the host's; empty where the host's says nothing of it
     * @param failure why the run is a failed one; empty when it passed
     */
    public record End(
            NetworkAnswer network,
            LinkStatistics hostLink,
            Statistics board,
            Optional<CoreCounters> counters,
            Optional<ClockComparison> clocks,
            Optional<BenchFailure> failure) {}
}
