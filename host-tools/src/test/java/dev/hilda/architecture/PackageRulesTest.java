// SPDX-License-Identifier: Apache-2.0
package dev.hilda.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What each package may import besides itself and the JDK. Names stand for that package alone, not for those below it. */
@AnalyzeClasses(packages = "dev.hilda", importOptions = DoNotIncludeTests.class)
class PackageRulesTest {
    private static final String ROOT = "dev.hilda.";
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String ND4J = "org.nd4j..";
    private static final String PICOCLI = "picocli..";
    private static final String SLF4J = "org.slf4j..";

    /** The stages know what they share, never one another. */
    private static final List<String> STAGE = List.of(
            "host.ir",
            "host.ir.rewrite",
            "host.kernel",
            "host.memory",
            "host.tensor",
            "profile",
            "agent.network",
            "agent.dataset");

    private static final Map<String, List<String>> ALLOWED = Map.ofEntries(
            entry("failure", List.of()),
            entry("yaml", List.of("org.yaml.snakeyaml..")),
            entry("profile", List.of("yaml")),
            entry("agent.hash", List.of()),
            entry("agent.network", List.of("agent.hash")),
            entry("agent.oracle", List.of("agent.network")),
            entry("agent.dataset", List.of("failure", "yaml", "agent.network", "agent.hash", "agent.dataset.shapes")),
            entry("agent.dataset.shapes", List.of()),
            entry("agent.measure", List.of()),
            entry("agent.protocol", List.of()),
            entry("agent.board", List.of("failure", "agent.hash", "profile")),
            entry("agent.folder", List.of("agent.board", "yaml")),
            entry("agent.log", List.of("agent.board", "agent.folder", "profile", "ch.qos.logback..", SLF4J)),
            entry("agent.process", List.of("agent.board", "agent.folder", SLF4J)),
            entry("agent.crash", List.of("agent.board", "agent.process")),
            entry("agent.cache", List.of("agent.board", "agent.folder", "agent.hash", "profile")),
            entry("agent.virtualboard", List.of("agent.board", "agent.cache", "agent.process", JACKSON, SLF4J)),
            entry("agent.discovery", List.of("agent.board", "agent.folder", "profile", JACKSON)),
            entry(
                    "agent.doctor",
                    List.of(
                            "agent.board",
                            "agent.discovery",
                            "agent.folder",
                            "agent.process",
                            "agent.publish.mqtt",
                            "profile")),
            entry("agent.openocd", List.of("agent.board", "agent.folder", "agent.process", "profile", SLF4J)),
            entry(
                    "agent.serial",
                    List.of("agent.board", "agent.folder", "profile", "com.fazecast.jSerialComm..", SLF4J)),
            entry("agent.testing", List.of("agent.board", "agent.network", "agent.protocol")),
            entry(
                    "agent.bundle",
                    List.of(
                            "agent.board",
                            "agent.folder",
                            "agent.hash",
                            "agent.network",
                            "agent.oracle",
                            "profile",
                            JACKSON)),
            entry(
                    "agent.session",
                    List.of(
                            "agent.board",
                            "agent.protocol",
                            "agent.measure",
                            "agent.network",
                            "agent.oracle",
                            "agent.dataset",
                            "agent.bundle",
                            "profile",
                            SLF4J)),
            entry("agent.linerate", List.of("agent.folder", "agent.session", JACKSON, SLF4J)),
            entry("agent.result", List.of("agent.dataset", "agent.folder", "agent.measure", "profile", JACKSON)),
            entry("agent.signature", List.of("agent.board", "agent.folder", "agent.hash")),
            entry("agent.jobs", List.of("agent.board", "agent.result", JACKSON)),
            entry("agent.verdict", List.of("agent.dataset", "agent.measure", "agent.result", "profile")),
            entry("agent.suite", List.of("agent.folder", "agent.night", "agent.store", "agent.verdict", "yaml")),
            entry(
                    "agent.night",
                    List.of(
                            "agent.jobs",
                            "agent.report",
                            "agent.result",
                            "agent.store",
                            "agent.verdict",
                            "profile",
                            JACKSON,
                            SLF4J)),
            entry(
                    "agent.report",
                    List.of(
                            "agent.dataset",
                            "agent.folder",
                            "agent.measure",
                            "agent.result",
                            "agent.verdict",
                            "profile",
                            JACKSON)),
            entry("agent.publish", List.of("agent.board", "agent.result")),
            entry(
                    "agent.store",
                    List.of(
                            "agent.board",
                            "agent.folder",
                            "agent.hash",
                            "agent.jobs",
                            "agent.measure",
                            "agent.result",
                            "agent.signature",
                            "agent.verdict",
                            "profile",
                            JACKSON,
                            SLF4J,
                            "com.github.kagkarlsson..",
                            "java.sql..",
                            "org.sqlite..")),
            entry(
                    "agent.publish.mqtt",
                    List.of(
                            "agent.board",
                            "agent.folder",
                            "agent.publish",
                            "agent.result",
                            "org.eclipse.paho..",
                            SLF4J)),
            entry(
                    "agent.run",
                    List.of(
                            "agent.board",
                            "agent.bundle",
                            "agent.cache",
                            "agent.crash",
                            "agent.dataset",
                            "agent.discovery",
                            "agent.hash",
                            "agent.log",
                            "agent.measure",
                            "agent.network",
                            "agent.openocd",
                            "agent.oracle",
                            "agent.protocol",
                            "agent.publish",
                            "agent.publish.mqtt",
                            "agent.result",
                            "agent.serial",
                            "agent.session",
                            "profile",
                            SLF4J)),
            entry(
                    "agent.http",
                    List.of("agent.board", "agent.folder", "failure", "com.sun.net.httpserver..", JACKSON, SLF4J)),
            entry(
                    "agent.daemon",
                    List.of(
                            "agent.board",
                            "agent.cache",
                            "agent.dataset",
                            "agent.discovery",
                            "agent.folder",
                            "agent.hash",
                            "agent.http",
                            "agent.jobs",
                            "agent.linerate",
                            "agent.night",
                            "agent.process",
                            "agent.publish",
                            "agent.publish.mqtt",
                            "agent.result",
                            "agent.run",
                            "agent.session",
                            "agent.signature",
                            "agent.store",
                            "agent.virtualboard",
                            "failure",
                            "profile",
                            "yaml",
                            JACKSON,
                            SLF4J)),
            entry(
                    "agent.dashboard",
                    List.of(
                            "agent.board",
                            "agent.http",
                            "agent.publish",
                            "agent.publish.mqtt",
                            "agent.result",
                            "agent.store",
                            JACKSON,
                            SLF4J)),
            entry("agent.cli", List.of(ROOT + "agent..", "failure", "yaml", "profile", JACKSON, PICOCLI, SLF4J)),
            // Shapes, windows and packed codes are the same notions in a graph and in an integer network.
            entry("host.ir", List.of("agent.network")),
            entry("host.ir.rewrite", List.of("host.ir", "agent.network")),
            entry("host.kernel", List.of("host.ir", "agent.network")),
            entry("host.memory", List.of("host.ir", "host.kernel", "agent.network", "profile")),
            entry("host.tensor", List.of("host.ir", "agent.board", "agent.folder", "agent.network", "profile", ND4J)),
            entry(
                    "host.tensor.training",
                    List.of("host.ir", "host.tensor", "agent.network", "agent.dataset", "agent.dataset.shapes", ND4J)),
            entry("host.frontend", stage("failure")),
            entry("host.frontend.onnx", stage("host.frontend", "agent.hash", "onnx..", "org.nd4j.shade.protobuf..")),
            entry("host.frontend.tflite", stage("host.frontend", "agent.hash", "com.google.flatbuffers..")),
            entry("host.quantize", stage("host.quantize.bits")),
            entry("host.quantize.bits", stage("yaml")),
            entry("host.retrain", stage("host.quantize", "agent.measure")),
            entry("host.lower", STAGE),
            entry("host.emit", STAGE),
            entry("host.firmware", List.of("agent.board", "agent.cache", "agent.process", "profile")),
            entry(
                    "host.export",
                    List.of("agent.board", "agent.bundle", "agent.cache", "agent.network", "host.emit", "host.memory")),
            entry(
                    "host.bench",
                    List.of(
                            "agent.board",
                            "agent.bundle",
                            "agent.measure",
                            "agent.network",
                            "agent.oracle",
                            "agent.protocol",
                            "agent.result",
                            "agent.run",
                            "agent.session",
                            "host.emit",
                            "host.firmware",
                            "host.ir",
                            "host.kernel",
                            "host.lower",
                            "host.memory",
                            "host.quantize.bits",
                            "profile",
                            JACKSON)),
            entry(
                    "host.sweep",
                    stage(
                            "agent.board",
                            "agent.folder",
                            "agent.hash",
                            "agent.measure",
                            "agent.oracle",
                            "agent.verdict",
                            "host.lower",
                            "host.quantize",
                            "host.quantize.bits",
                            "host.retrain",
                            JACKSON)),
            entry("host.demo", List.of("agent.board", "agent.process", JACKSON)),
            entry(
                    "host.pipeline",
                    stage(
                            "agent.board",
                            "agent.bundle",
                            "agent.cache",
                            "agent.measure",
                            "agent.oracle",
                            "agent.process",
                            "agent.protocol",
                            "host.emit",
                            "host.firmware",
                            "host.frontend",
                            "host.frontend.onnx",
                            "host.frontend.tflite",
                            "host.lower",
                            "host.quantize",
                            "host.quantize.bits",
                            "host.retrain")),
            entry("host.cli", List.of(ROOT + "host..", ROOT + "agent..", "profile", JACKSON, PICOCLI)));

    @ArchTest
    static void shouldHaveOneRowForEachPackage(JavaClasses classes) {
        TreeSet<String> packages = classes.stream()
                .filter(JavaClass::isTopLevelClass)
                .map(type -> type.getPackageName().substring(ROOT.length()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(packages, new TreeSet<>(ALLOWED.keySet()));
    }

    @ArchTest
    static void shouldImportOnlyWhatItsRowAllows(JavaClasses classes) {
        assertAll(ALLOWED.entrySet().stream()
                .map(row -> () -> onlyImports(row.getKey(), row.getValue()).check(classes)));
    }

    @ArchTest
    static final ArchRule protocolDoesNoInputOrOutput = noClasses()
            .that()
            .resideInAPackage("dev.hilda.agent.protocol..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
                    .and(not(type(ByteArrayOutputStream.class))));

    private static ArchRule onlyImports(String name, List<String> others) {
        String[] allowed = Stream.concat(
                        Stream.of(ROOT + name, "java..", "javax..", "org.jspecify.."),
                        others.stream().map(other -> other.endsWith("..") ? other : ROOT + other))
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    private static List<String> stage(String... more) {
        return Stream.concat(STAGE.stream(), Stream.of(more)).toList();
    }
}
