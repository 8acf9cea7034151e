// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.serial;

import com.fazecast.jSerialComm.SerialPort;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.folder.PrivateFolder;
import dev.hilda.profile.UserFolders;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Loads jSerialComm's native part from a private folder. By itself the library loads what it finds below the temporary
 * folder, else below the home folder, where any user may have put something, and unpacks there with mode 0777.
 */
final class SerialLibrary {
    /** Where the library looks and unpacks, in this order. It has no property that names a folder to unpack into. */
    private static final String[] FOLDER_PROPERTIES = {"java.io.tmpdir", "user.home"};

    private static boolean loaded;

    private SerialLibrary() {}

    /**
     * Loads it, the first time only.
     *
     * @param environment decides on the folder, {@code $XDG_CACHE_HOME/hilda/serial} (see {@link UserFolders})
     * @throws BenchFailure of kind {@link FailureKind#BENCH} when others may write into that folder, {@link
     *     FailureKind#BUILD} when the library does not load
     */
    static synchronized void load(Map<String, String> environment) {
        if (loaded) {
            return;
        }
        Path folder = PrivateFolder.require(UserFolders.of(environment).cache().resolve("serial"));
        // Without a name of our own below the folder, two versions can remove each other's.
        System.setProperty("fazecast.jSerialComm.appid", "hilda");
        Map<String, String> before = pointAt(folder);
        try {
            SerialPort.getVersion(); // Its static initializer unpacks and loads, and reads the properties then only.
            loaded = true;
        } catch (LinkageError broken) {
            throw BenchFailure.of(FailureKind.BUILD, "load the serial port library")
                    .expected("a library for this machine that may be executed from " + folder)
                    .actual(String.valueOf(broken.getMessage()))
                    .remedy("remove that folder and try again; XDG_CACHE_HOME names another place")
                    .cause(broken)
                    .failure();
        } finally {
            before.forEach(System::setProperty);
        }
    }

    /** What the properties were. */
    private static Map<String, String> pointAt(Path folder) {
        Map<String, String> before = new HashMap<>();
        for (String property : FOLDER_PROPERTIES) {
            before.put(property, System.getProperty(property, ""));
            System.setProperty(property, folder.toString());
        }
        return before;
    }
}
