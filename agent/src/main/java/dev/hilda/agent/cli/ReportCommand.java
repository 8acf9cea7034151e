// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.folder.IoReason;
import dev.hilda.agent.folder.WholeFile;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.report.ConfusedImages;
import dev.hilda.agent.report.RunHtml;
import dev.hilda.agent.result.AccuracyResult;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda report}: a run as a page. */
@Command(
        name = "report",
        description =
                "Writes a run as one HTML file: accuracy, confusion, time of each layer, memory, where it comes from.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda report 91be04f2 --data cifar10-test.yaml -o ic01.html")
public final class ReportCommand implements Callable<Integer> {
    private final BenchStore benchStore;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "RUN", description = "The run; the beginning of its id will do.")
    private String run;

    @Option(
            names = "--data",
            paramLabel = "SET.yaml",
            description = "The data set of the run: shows pictures of what was taken for something else.")
    private Optional<Path> data;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.html",
            description = "Where to write it; default: the beginning of the run's id with .html behind it.")
    private Optional<Path> output;

    @Option(names = "--json", description = "Print one JSON object that says where it was written.")
    private boolean json;

    public ReportCommand() {
        this(System.getenv());
    }

    ReportCommand(Map<String, String> environment) {
        this.benchStore = new BenchStore(environment);
    }

    private record Written(String runId, String report) {}

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, () -> {
            try (Store store = benchStore.open(spec.commandLine().getErr())) {
                String id = StoredRuns.id(store, run, "report the run");
                RunResult result = network(id, store.document(id).orElseThrow());
                Path file = output.orElse(Path.of(StoredRuns.shown(id) + ".html"));
                write(file, RunHtml.of(result, data.map(set -> confused(set, result, store.outcomes(id)))));
                return json ? JsonOutput.of(new Written(id, file.toString())) : "wrote " + file;
            }
        });
    }

    private static RunResult network(String id, String document) {
        try {
            if (Result.parse(document) instanceof RunResult result) {
                return result;
            }
        } catch (JsonProcessingException e) {
            throw unfit(id, "one of another version: " + e.getOriginalMessage());
        }
        throw unfit(id, "a self-test, which hilda runs " + StoredRuns.shown(id) + " shows");
    }

    private static BenchFailure unfit(String id, String actual) {
        return BenchFailure.of(FailureKind.STORE, "report the run " + id)
                .expected("a run of a network")
                .actual(actual)
                .remedy("hilda runs lists them")
                .failure();
    }

    private static ConfusedImages confused(Path yaml, RunResult result, List<ImageOutcome> outcomes) {
        DataSet set = DataSets.open(yaml);
        if (!set.isForOneInput()) {
            throw new DataSetException(
                    yaml.toString(),
                    "pictures",
                    "samples for one input",
                    "samples of " + set.shapes(),
                    "report the run without --data");
        }
        ConfusedImages confused = ConfusedImages.of(
                set,
                result.accuracy()
                        .flatMap(AccuracyResult::confusionMatrix)
                        .orElseThrow(() -> refused(yaml, "a run of a classifier on labelled images", "none")),
                outcomes);
        if (confused.found() < confused.sought()) {
            throw refused(
                    yaml,
                    "the data set that the run " + result.run().runId() + " was on, "
                            + result.workload().dataSet(),
                    confused.found() + " of " + confused.sought() + " images that the run took for something else");
        }
        return confused;
    }

    private static DataSetException refused(Path yaml, String expected, String actual) {
        return new DataSetException(
                yaml.toString(), "pictures", expected, actual, "name the run's data set, or leave --data out");
    }

    private static void write(Path file, String page) {
        try {
            WholeFile.write(file, page.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.STORE, "write the report to " + file)
                    .expected("a file in a folder that is there")
                    .actual(IoReason.of(e))
                    .remedy("name another one: -o FILE.html")
                    .cause(e)
                    .failure();
        }
    }
}
