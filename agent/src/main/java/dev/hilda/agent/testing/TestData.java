// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Real models and samples, which are no part of this repository: the folder that {@code HILDA_TESTDATA} names, else
 * {@code ../shared/data} beside the repository. A test begins with
 *
 * <pre>{@code
 * assumeTrue(TestData.isPresent(), TestData.ABSENT);
 * Path model = TestData.path("models/kws01_dscnn_int8.tflite");
 * }</pre>
 */
public final class TestData {
    /** Why a test that needs the data does not run. */
    public static final String ABSENT = "no test data: set HILDA_TESTDATA, or put it into ../shared/data";

    private static final Map<String, String> ENVIRONMENT = System.getenv();

    private TestData() {}

    /**
     * Whether there is test data.
     *
     * @throws IllegalStateException when there is none although {@code HILDA_REQUIRE_TESTDATA} is 1
     */
    public static boolean isPresent() {
        boolean present = folder(ENVIRONMENT).isPresent();
        if (!present && "1".equals(ENVIRONMENT.get("HILDA_REQUIRE_TESTDATA"))) {
            throw new IllegalStateException("HILDA_REQUIRE_TESTDATA=1, but " + ABSENT);
        }
        return present;
    }

    /** A file or folder of the test data, by its path inside. */
    public static Path path(String relative) {
        Path path = folder(ENVIRONMENT)
                .orElseThrow(() -> new IllegalStateException(ABSENT))
                .resolve(relative);
        if (!Files.exists(path)) {
            throw new IllegalStateException("the test data has no " + path);
        }
        return path;
    }

    static Optional<Path> folder(Map<String, String> environment) {
        @Nullable String named = environment.get("HILDA_TESTDATA");
        if (named != null && !named.isEmpty()) {
            return Optional.of(Path.of(named)).filter(Files::isDirectory);
        }
        // Tests run in the folder of their module, sometimes in the root.
        return Stream.of("../../shared/data", "../shared/data")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .map(Path::toAbsolutePath)
                .map(Path::normalize);
    }
}
