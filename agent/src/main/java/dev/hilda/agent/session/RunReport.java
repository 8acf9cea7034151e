package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.measure.CycleSummary;
import dev.hilda.agent.measure.Parity;
import dev.hilda.agent.measure.WireUse;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.protocol.Statistics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run of a network found, whether or not the board computed what the oracle computes.
 *
 * @param network what the firmware says of it, at the end of the run
 * @param dataSet name of the data set
 * @param inference cycles of the network alone
 * @param elapsed cycles from an inference's start to its end
 * @param layers in the order they run
 * @param hostLink what the host's end of the link counted while images were streamed
 * @param board what the board had counted since boot, at the end
 * @param failure why the run is a failed one; empty when it passed
 * @param duration of the whole run, by the host's clock
 */
public record RunReport(
        Deployment deployment,
        Flasher.Report flash,
        Greeting greeting,
        NetworkAnswer network,
        String dataSet,
        Accuracy accuracy,
        Parity parity,
        CycleSummary inference,
        CycleSummary elapsed,
        List<LayerTime> layers,
        WireUse wire,
        LinkStatistics hostLink,
        Statistics board,
        Optional<BenchFailure> failure,
        Duration duration) {
    public RunReport {
        layers = List.copyOf(layers);
    }

    /**
     * How long a layer took.
     *
     * @param name as in the network
     * @param medianCycles over all images
     */
    public record LayerTime(String name, long medianCycles) {}

    /** What did not make the run fail, but should be looked at. */
    public List<String> remarks() {
        return greeting.remarks(flash);
    }

    /** Bytes of the linked image in flash. */
    public long flashBytes() {
        return deployment.image().sizeBytes();
    }

    /** Most bytes of memory that were in use for activations and stack together, as painting them shows. */
    public long ramPeakBytes() {
        return network.arenaPeakBytes() + board.stackPeakBytes();
    }
}
