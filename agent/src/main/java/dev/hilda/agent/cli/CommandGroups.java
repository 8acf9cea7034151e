// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The commands of a root in the order of the work, each group with its heading, instead of one long list. */
public final class CommandGroups {
    private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();
    private static final int INDENT = 2;
    private static final int GAP = 2;

    static {
        GROUPS.put("Start here:", List.of("demo", "doctor"));
        GROUPS.put("Models:", List.of("inspect", "quantize", "retrain", "sweep", "export"));
        GROUPS.put("Data sets:", List.of("dataset"));
        GROUPS.put("Boards:", List.of("devices", "profile", "selftest", "virtual-board"));
        GROUPS.put(
                "Runs and results:",
                List.of(
                        "run",
                        "invoke",
                        "bench",
                        "runs",
                        "compare",
                        "baseline",
                        "qualify",
                        "report",
                        "watch",
                        "dashboard",
                        "publish",
                        "mqtt",
                        "store"));
        GROUPS.put(
                "A bench as a service:",
                List.of("agent", "suite", "submit", "jobs", "cancel", "wait", "board", "token", "key"));
        GROUPS.put("Help:", List.of("help", "completion"));
    }

    private CommandGroups() {}

    /** Adds {@code help} and {@code completion} to a root that has all its other commands, and groups them in its help. */
    public static CommandLine install(CommandLine root) {
        CommandLine help = new CommandLine(new HelpCommand());
        root.addSubcommand(help);
        help.getCommandSpec().usageMessage().description("Shows the help of a command.");
        CommandLine completion = new CommandLine(new GenerateCompletion());
        root.addSubcommand("completion", completion);
        completion
                .getCommandSpec()
                .usageMessage()
                .description("Prints a completion script for bash and zsh.")
                .footer("", "Example:", "  source <(hilda completion)");
        root.getHelpSectionMap().remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING);
        root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::list);
        return root;
    }

    private static String list(Help help) {
        Map<String, Help> commands = help.subcommands();
        int nameColumns = INDENT
                + GAP
                + commands.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder text = new StringBuilder();
        GROUPS.forEach((heading, names) -> {
            List<String> present = names.stream().filter(commands::containsKey).toList();
            if (!present.isEmpty()) {
                text.append(heading).append(System.lineSeparator()).append(table(help, present, nameColumns));
            }
        });
        return text.toString();
    }

    private static TextTable table(Help help, List<String> names, int nameColumns) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column(nameColumns, INDENT, Overflow.SPAN));
        columns.add(new Column(help.commandSpec().usageMessage().width() - nameColumns, 0, Overflow.WRAP));
        TextTable table = TextTable.forColumns(help.colorScheme(), columns.toArray(new Column[0]));
        for (String name : names) {
            UsageMessageSpec command = Objects.requireNonNull(help.subcommands().get(name))
                    .commandSpec()
                    .usageMessage();
            table.addRowValues(name, command.description()[0]);
        }
        return table;
    }
}
