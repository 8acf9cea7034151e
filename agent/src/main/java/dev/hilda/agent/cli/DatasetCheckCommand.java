// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.dataset.ContactSheet;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetCheck;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.NetworkInput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda dataset check}: everything that is wrong with a data set, and what a network sees of it. */
@Command(
        name = "check",
        description =
                "Reads a whole data set and reports every problem, and the samples of each class. Exit code 11 if "
                        + "there is a problem.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda dataset check photos --for model.hilda --sheet sheet.html")
final class DatasetCheckCommand implements Callable<Integer> {
    private final NetworkInputs networks;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SET", description = "The data set's YAML, or a folder with a dataset.yaml.")
    private Path file;

    @Option(
            names = "--for",
            paramLabel = "FILE",
            description = "The network that will read it: its shape, outputs and range of values are compared.")
    private Optional<Path> network;

    @Option(
            names = "--sheet",
            paramLabel = "OUT.html",
            description = "Write a page that shows samples of each class as the network gets them.")
    private Optional<Path> sheet;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    DatasetCheckCommand(NetworkInputs networks) {
        this.networks = networks;
    }

    @Override
    public Integer call() throws InterruptedException {
        boolean[] isSound = {false};
        int code = RunOutput.result(spec.commandLine(), json, () -> {
            Optional<NetworkInput> input = network.map(networks::of);
            DataSet set = DataSets.open(file);
            DataSetCheck check =
                    sheet.isPresent() ? withSheet(set, input, sheet.get()) : DataSetCheck.of(set, input, sample -> {});
            isSound[0] = check.isSound();
            return json ? document(check) : text(check);
        });
        return code == ExitCode.OK.code() && !isSound[0] ? ExitCode.INPUT_FILE.code() : code;
    }

    private static DataSetCheck withSheet(DataSet set, Optional<NetworkInput> input, Path out) {
        ContactSheet page = new ContactSheet(set, input.flatMap(NetworkInput::tensor));
        DataSetCheck check = DataSetCheck.of(set, input, page::add);
        write(page, out);
        return check;
    }

    private static void write(ContactSheet page, Path out) {
        try {
            Files.writeString(out, page.html());
        } catch (IOException unwritable) {
            throw new DataSetException(
                    out.toString(),
                    "contact sheet",
                    "a file that can be written",
                    unwritable.toString(),
                    "name one in a folder that exists: --sheet OUT.html");
        }
    }

    private String text(DataSetCheck check) {
        PrintWriter err = spec.commandLine().getErr();
        check.problems().forEach(problem -> err.println("hilda: dataset: " + TerminalText.harmless(problem)));
        check.remarks().forEach(remark -> err.println("hilda: " + TerminalText.harmless(remark)));
        err.flush();
        StringBuilder text = new StringBuilder();
        if (!check.classes().isEmpty()) {
            TextTable table = new TextTable("LABEL", "CLASS", "SAMPLES");
            check.classes()
                    .forEach(count ->
                            table.add("" + count.label(), count.name().orElse(""), TextTable.number(count.samples())));
            text.append(table);
        }
        text.append(check.name())
                .append(": ")
                .append(TextTable.number(check.samples()))
                .append(" samples, ");
        text.append(check.isSound() ? "no problem" : check.problems().size() + " problems");
        sheet.ifPresent(out -> text.append("\n  sheet     ").append(out));
        return text.toString();
    }

    private String document(DataSetCheck check) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("passed", check.isSound());
        document.put("name", check.name());
        document.put("samples", check.samples());
        List<Map<String, Object>> classes = check.classes().stream()
                .map(count -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("label", count.label());
                    count.name().ifPresent(name -> row.put("name", name));
                    row.put("samples", count.samples());
                    return row;
                })
                .toList();
        document.put("classes", classes);
        document.put("problems", check.problems());
        document.put("remarks", check.remarks());
        sheet.ifPresent(out -> document.put("sheet", out.toString()));
        return JsonOutput.of(document);
    }
}
