// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where files of this user go (XDG Base Directory Specification 0.8): the folder that the variable names, else the usual
 * one below the home folder. A relative path in a variable is ignored, as the specification says.
 */
public final class UserFolders {
    private static final String PRODUCT = "hilda";

    private final Map<String, String> environment;
    private final String passwdHome;

    UserFolders(Map<String, String> environment, String passwdHome) {
        this.environment = environment;
        this.passwdHome = passwdHome;
    }

    /** The folders that an environment means. */
    public static UserFolders of(Map<String, String> environment) {
        return new UserFolders(environment, System.getProperty("user.home", ""));
    }

    /** {@code $XDG_CONFIG_HOME/hilda}, else {@code ~/.config/hilda}. */
    public Path config() {
        return folder("XDG_CONFIG_HOME", ".config");
    }

    /** {@code $XDG_CACHE_HOME/hilda}, else {@code ~/.cache/hilda}. */
    public Path cache() {
        return folder("XDG_CACHE_HOME", ".cache");
    }

    /** {@code $XDG_STATE_HOME/hilda}, else {@code ~/.local/state/hilda}. */
    public Path state() {
        return folder("XDG_STATE_HOME", ".local/state");
    }

    private Path folder(String variable, String belowHome) {
        return absolute(environment.get(variable))
                .orElseGet(() -> home(variable).resolve(belowHome))
                .resolve(PRODUCT);
    }

    // Without an entry in passwd, as in many containers, the JVM calls the home folder "?".
    private Path home(String variable) {
        return absolute(environment.get("HOME"))
                .or(() -> absolute(passwdHome))
                .orElseThrow(() -> new ProfileException("this user has no home folder\n  expected: an absolute path in "
                        + variable + " or HOME\n  what to do: export HOME=/an/existing/folder"));
    }

    private static Optional<Path> absolute(@Nullable String value) {
        return Optional.ofNullable(value).filter(path -> path.startsWith("/")).map(Path::of);
    }
}
