// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.store.Store;
import dev.hilda.agent.store.StoreAddress;
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
        return open(StoreAddress.of(file()), err);
    }

    /** Opens another one. */
    Store open(StoreAddress place, PrintWriter err) {
        return Store.open(place, program(), environment, remark -> {
            err.println(TerminalText.harmless("hilda: " + remark));
            err.flush();
        });
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
