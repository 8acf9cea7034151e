// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.cli.BundleSource;
import dev.hilda.host.frontend.tflite.TfliteWriter;
import dev.hilda.host.pipeline.FakeCompiler;
import dev.hilda.host.pipeline.ModelPipeline;
import dev.hilda.host.quantize.SmallNetwork;
import dev.hilda.host.retrain.TrainingFiles;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Models that are built once, by a fake compiler, and what makes one be built anew. */
class ModelBundlesTest {
    private static final String BOARD = "virtual-nucleo-h743zi";
    private static final int IMAGES = 20;

    private static final ProfileCatalog SHIPPED = new ProfileCatalog(Path.of("/nonexistent"));
    private static final BoardProfile PROFILE = SHIPPED.load(BOARD);

    /** What makes no other bundle of the same inputs. */
    private static final String REBUILD = "--rebuild";

    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();
    private final FakeCompiler compiler = new FakeCompiler();
    private final ModelOptions options = new ModelOptions();
    private final BuildOptions building = new BuildOptions();
    private final CommandLine command = new CommandLine(CommandSpec.create());
    private String version = "1";
    private Path model;
    private Path images;
    private ModelBundles bundles;

    @BeforeEach
    void prepare() throws IOException {
        model = TrainingFiles.model(folder);
        images = TrainingFiles.images(folder, "images", IMAGES, "");
        bundles = new ModelBundles(
                compiled -> new ModelPipeline(compiler, version),
                new BuildCache(folder.resolve("cache")),
                options,
                building,
                () -> new PrintWriter(err, true));
        command.addMixin("model", options).addMixin("build", building);
        command.setCaseInsensitiveEnumValuesAllowed(true);
        options.usedBy(command.getCommandSpec());
        building.usedBy(command.getCommandSpec());
    }

    private void parse(List<String> more) {
        List<String> arguments = new ArrayList<>(List.of("--board=" + BOARD, "--calibration=" + images));
        arguments.addAll(more);
        command.parseArgs(arguments.toArray(String[]::new));
    }

    private BundleSource.BundleFile built(String... more) throws InterruptedException {
        parse(List.of(more));
        return bundles.open(model).work().bundle();
    }

    private String key(String... more) throws InterruptedException {
        return key("program", PROFILE, List.of(more));
    }

    private String key(String program, BoardProfile profile, List<String> more) throws InterruptedException {
        parse(more);
        return bundles.key(bundles.check(model, profile), program);
    }

    @Test
    void shouldBuildOnceAndThenTakeItFromTheCache() throws Exception {
        BundleSource.BundleFile first = built();
        assertEquals(1, compiler.modelHashes.size());
        assertTrue(err.toString().contains("calibrate: done"), err.toString());
        byte[] bytes = Files.readAllBytes(first.path());
        err.getBuffer().setLength(0);

        BundleSource.BundleFile second = built();
        assertEquals(1, compiler.modelHashes.size());
        assertEquals(first.path(), second.path());
        assertEquals(first.bundle().sha256(), second.bundle().sha256());
        assertTrue(err.toString().contains("taken from the cache"), err.toString());
        assertTrue(err.toString().contains("the bundle is " + first.path()), err.toString());

        assertNotEquals(first.path(), built("--weight-bits=4").path());
        assertEquals(2, compiler.modelHashes.size());
        assertEquals(List.of("--weight-bits=4"), given(built("--weight-bits=4").bundle(), "--weight-bits"));
        assertArrayEquals(bytes, Files.readAllBytes(first.path()));
    }

    private static List<String> given(Bundle bundle, String option) {
        return bundle.provenance().quantizeArguments().stream()
                .filter(argument -> argument.startsWith(option))
                .toList();
    }

    @Test
    void shouldFindTheSameBytesWhenItBuildsAgain() throws Exception {
        BundleSource.BundleFile first = built(REBUILD);
        assertEquals(1, compiler.modelHashes.size());
        BundleSource.BundleFile again = built(REBUILD);
        assertEquals(2, compiler.modelHashes.size());
        assertEquals(first.path(), again.path());
        assertTrue(err.toString().contains("built again: the same bytes"), err.toString());
    }

    /** A compiler that makes something else of the same. */
    @Test
    void shouldRaiseAnAlarmWhereTheSameInputsGiveOtherBytes() throws Exception {
        BundleSource.BundleFile first = built();
        byte[] bytes = Files.readAllBytes(first.path());
        compiler.code++;
        BenchFailure alarm = assertThrows(BenchFailure.class, () -> built(REBUILD));
        assertEquals(FailureKind.REPRODUCIBILITY, alarm.kind());
        assertTrue(alarm.expected().orElseThrow().contains(first.bundle().sha256()), alarm.toString());
        assertTrue(alarm.actual().orElseThrow().endsWith("; other than before: firmware image"), alarm.toString());
        assertTrue(alarm.remedy().orElseThrow().contains(first.path().toString()), alarm.toString());
        assertArrayEquals(bytes, Files.readAllBytes(first.path()));
        assertEquals(first.bundle().sha256(), built().bundle().sha256(), "the first one is kept");
        Bundle other = Bundle.read(first.path().resolveSibling("other.hilda"));
        assertEquals(Set.of("firmware image"), first.bundle().unlike(other));
    }

    /** Of each option: what it needs, and its value. A new option has no row here and fails the test. */
    private Map<String, List<String>> rows() throws IOException {
        Path bits = Files.writeString(folder.resolve("bits.yaml"), "weights: {stem: 4}\n");
        Path other = TrainingFiles.images(folder, "others", IMAGES, "");
        Map<String, List<String>> rows = new LinkedHashMap<>();
        rows.put("--flash-budget", List.of("60000"));
        rows.put("--ram-budget", List.of("32000"));
        rows.put("--paper-budget", List.of("", "--flash-budget=60000", "--ram-budget=32000"));
        rows.put("--ram-model", List.of("planned"));
        rows.put("--fuse", List.of("off"));
        rows.put("--calibration", List.of(other.toString()));
        rows.put("--calibration-images", List.of("19"));
        rows.put("--ranges", List.of("MIN_MAX"));
        rows.put("--variant", List.of("PL_ICN"));
        rows.put("--search", List.of("sensitivity"));
        rows.put("--cycle-budget", List.of("100000000", "--search=sensitivity"));
        rows.put("--max-loss", List.of("1", "--search=latency"));
        rows.put("--effort", List.of("full"));
        rows.put("--overrides", List.of(bits.toString()));
        rows.put("--weight-bits", List.of("4"));
        rows.put("--activation-bits", List.of("4"));
        rows.put("--requantize", List.of(""));
        rows.put("--allow-clipping", List.of(""));
        return rows;
    }

    @Test
    void shouldBuildAnewForEachOption() throws Exception {
        Map<String, List<String>> rows = rows();
        Set<String> known = command.getCommandSpec().options().stream()
                .map(OptionSpec::longestName)
                .collect(Collectors.toCollection(TreeSet::new));
        known.removeAll(Set.of("--board", REBUILD)); // the board is below
        assertEquals(known, new TreeSet<>(rows.keySet()));

        Set<String> keys = new TreeSet<>();
        for (Map.Entry<String, List<String>> row : rows.entrySet()) {
            List<String> needed = row.getValue().subList(1, row.getValue().size());
            String value = row.getValue().get(0);
            String option = row.getKey() + (value.isEmpty() ? "" : "=" + value);
            List<String> both =
                    Stream.concat(needed.stream(), Stream.of(option)).toList();
            String without = key(needed.toArray(String[]::new));
            String with = keyWithout("--calibration".equals(row.getKey()), both);
            assertNotEquals(without, with, row.getKey());
            assertTrue(keys.add(with), row.getKey());
        }
        assertEquals(key(), key());
        assertEquals(key(), key(REBUILD));
    }

    /** @param replaces whether the options have calibration data of their own */
    private String keyWithout(boolean replaces, List<String> more) throws InterruptedException {
        if (!replaces) {
            return key(more.toArray(String[]::new));
        }
        command.parseArgs(more.toArray(String[]::new));
        return bundles.key(bundles.check(model, PROFILE), "program");
    }

    /** The same file names with other content, and the same content under other names. */
    @Test
    void shouldBuildAnewForOtherFilesProgramsAndBoards() throws Exception {
        Path bits = Files.writeString(folder.resolve("bits.yaml"), "weights: {stem: 4}\n");
        List<String> keys = new ArrayList<>();
        keys.add(key());
        keys.add(key("--overrides=" + bits));
        Files.writeString(bits, "weights: {stem: 2}\n");
        keys.add(key("--overrides=" + bits));
        keys.add(key("another program", PROFILE, List.of()));
        keys.add(key("program", SHIPPED.load("nucleo-h743zi"), List.of()));
        keys.add(key("program", edited("description: ", "description: my "), List.of()));
        compiler.version = "fake-gcc 13";
        keys.add(key());
        compiler.version = FakeCompiler.VERSION;
        version = "2";
        keys.add(key());
        version = "1";

        String yaml = Files.readString(images);
        Files.writeString(images, yaml.replace("0.0078125", "0.00390625"));
        keys.add(key());
        Files.writeString(images, yaml.replace("name: images", "name: renamed"));
        keys.add(key());
        Files.writeString(images, yaml);
        byte[] values = Files.readAllBytes(folder.resolve("images.bin"));
        values[values.length - 1]++;
        Files.write(folder.resolve("images.bin"), values);
        keys.add(key());
        values[values.length - 1]--;
        Files.write(folder.resolve("images.bin"), values);

        Path first = model;
        model = Files.copy(first, folder.resolve("renamed.tflite"));
        keys.add(key());
        model = first;
        TfliteWriter.write(new SmallNetwork(new Random(12)).network(), "test", model);
        keys.add(key());
        assertEquals(keys.size(), Set.copyOf(keys).size(), keys::toString);
        TrainingFiles.model(folder);
        assertEquals(keys.get(0), key(), "all is as it was");
    }

    private BoardProfile edited(String text, String by) throws IOException {
        Path boards = Files.createDirectories(folder.resolve("boards"));
        try (InputStream shipped = BoardProfile.class.getResourceAsStream("/boards/" + BOARD + ".yaml")) {
            String yaml = new String(Objects.requireNonNull(shipped).readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(boards.resolve(BOARD + ".yaml"), yaml.replaceFirst(text, by));
        }
        return ProfileCatalog.loadFile(boards.resolve(BOARD + ".yaml"));
    }

    @Test
    void shouldHashAllCode() throws Exception {
        Path place = Files.createDirectories(folder.resolve("classes/a"));
        Set<String> hashes = new TreeSet<>();
        hashes.add(code());
        Files.writeString(place.resolve("B.class"), "one");
        hashes.add(code());
        Files.writeString(place.resolve("B.class"), "two");
        hashes.add(code());
        Files.move(place.resolve("B.class"), place.resolve("C.class"));
        hashes.add(code());
        assertEquals(4, hashes.size());
        assertEquals(64, ProgramCode.HASH.length());
    }

    private String code() throws IOException {
        ContentHash hash = new ContentHash();
        ProgramCode.add(folder.resolve("classes"), hash);
        return hash.hex();
    }

    @Test
    void shouldSayWhatTheOptionsAreFor() throws Exception {
        command.parseArgs("--calibration=" + images);
        ParameterException missing = assertThrows(ParameterException.class, () -> bundles.open(model));
        assertTrue(
                String.valueOf(missing.getMessage()).startsWith("Missing option: '--board=NAME'"), missing.toString());
        Path bundle = built().path();
        for (String option : List.of("--board=" + BOARD, REBUILD, "--allow-clipping", "--effort=full")) {
            command.parseArgs(option);
            ParameterException useless = assertThrows(ParameterException.class, () -> bundles.open(bundle));
            assertTrue(String.valueOf(useless.getMessage()).contains("is a bundle"), useless.toString());
        }
        command.parseArgs();
        assertEquals(bundle, bundles.open(bundle).work().bundle().path());
    }
}
