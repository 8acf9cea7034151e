// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.profile.OpenOcdSetup;
import dev.hilda.profile.ResetConfig;
import dev.hilda.profile.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * OpenOCD's command line for one board. Always chooses the probe by its serial number and never listens on a port, so
 * that several run at once. Whatever stands in a {@code -c} argument is Tcl; hence only names and numbers that cannot
 * be code.
 */
final class OpenOcdArguments {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./-]+");

    private OpenOcdArguments() {}

    /** Everything up to, and without, the commands that do something. */
    static List<String> connection(OpenOcdSetup setup, AttachedBoard board) {
        List<String> arguments = new ArrayList<>();
        file(arguments, setup.interfaceFile());
        command(arguments, "transport select " + setup.transport().label());
        if (board.backend() instanceof ProbeBackend.Tcp tcp) {
            command(arguments, backendCommand(setup.transport()) + " tcp " + tcp.port());
        }
        command(arguments, "adapter serial " + plain(board.stLinkSerial()));
        file(arguments, setup.targetFile());
        if (setup.resetConfig() != ResetConfig.NONE) {
            command(arguments, "reset_config " + setup.resetConfig().label());
        }
        for (String server : List.of("gdb_port", "tcl_port", "telnet_port")) {
            command(arguments, server + " disabled");
        }
        return arguments;
    }

    static void file(List<String> arguments, String name) {
        arguments.add("-f");
        arguments.add(plain(name));
    }

    static void command(List<String> arguments, String tcl) {
        arguments.add("-c");
        arguments.add(tcl);
    }

    private static String backendCommand(Transport transport) {
        return switch (transport) {
            case DAPDIRECT_SWD -> "st-link backend";
            case HLA_SWD -> "hla_stlink_backend";
        };
    }

    private static String plain(String name) {
        if (!PLAIN.matcher(name).matches()) {
            throw new IllegalArgumentException("not a plain name for OpenOCD: " + name);
        }
        return name;
    }
}
