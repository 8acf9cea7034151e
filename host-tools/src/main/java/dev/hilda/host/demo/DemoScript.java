// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.demo;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Commands of HILDA as a shell script that can be run from wherever its folder is.
 *
 * @param remark what must be there before, a line
 * @param commands arguments of each; files by their names in the folder
 */
public record DemoScript(String remark, List<List<String>> commands) {
    public static final String NAME = "repeat.sh";

    public DemoScript {
        commands = List.copyOf(commands);
    }

    /** What the file holds. */
    public String text() {
        return "#!/bin/sh\n# What hilda demo did. HILDA=PATH/TO/hilda sh " + NAME + " does it again.\n# " + remark
                + "\nset -e\ncd \"$(dirname \"$0\")\"\n"
                + commands.stream().map(DemoScript::line).collect(Collectors.joining());
    }

    private static String line(List<String> arguments) {
        return arguments.stream()
                .map(DemoScript::quoted)
                .collect(Collectors.joining(" ", "\"${HILDA:-hilda}\" ", "\n"));
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_./:=-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
