// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.store.Store;
import dev.hilda.agent.store.StoreCare;
import dev.hilda.profile.UserFolders;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;

/**
 * The store of this user's bench.
 *
 * @param environment names its folder
 */
record BenchStore(Map<String, String> environment) {
    /** Its file. */
    Path file() {
        return UserFolders.of(environment).state().resolve(Store.FILE_NAME);
    }

    /**
     * Opens it.
     *
     * @param err hears what was taken over from earlier programs
     */
    Store open(PrintWriter err) {
        return open(file(), err);
    }

    private Store open(Path place, PrintWriter err) {
        return Store.open(place, program(), environment, remark -> {
            err.println(TerminalText.harmless("hilda: " + remark));
            err.flush();
        });
    }

    /**
     * Opens another one.
     *
     * @param address its file
     */
    Store open(String address, PrintWriter err) {
        return open(Path.of(address), err);
    }

    /** {@link StoreCare#restore} in its place. */
    StoreCare.Content restore(Path copy) {
        return StoreCare.restore(copy, file(), program(), environment);
    }

    /** This program, in the history of the store's schema. */
    private static String program() {
        return "hilda " + VersionResource.version();
    }
}
