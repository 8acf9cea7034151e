// SPDX-License-Identifier: Apache-2.0
package dev.hilda.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** host-tools → agent → device-profiles, no cycles, and each vendor library in its own corner. */
@AnalyzeClasses(packages = "dev.hilda", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    private static final String PROFILE = "dev.hilda.profile..";
    private static final String AGENT = "dev.hilda.agent..";
    private static final String HOST = "dev.hilda.host..";
    private static final String ND4J_PROTOBUF = "org.nd4j.shade.protobuf..";

    /** An importer that finds nothing satisfies every rule; these floors make that a failure. */
    @ArchTest
    static void shouldSeeTheClassesOfEveryModule(JavaClasses classes) {
        assertTrue(count(classes, PROFILE) >= 20, "classes in " + PROFILE);
        assertTrue(count(classes, AGENT) >= 200, "classes in " + AGENT);
        assertTrue(count(classes, HOST) >= 100, "classes in " + HOST);
    }

    @ArchTest
    static final ArchRule profilesKnowNeitherAgentNorHost =
            noClasses().that().resideInAPackage(PROFILE).should().dependOnClassesThat(resideInAnyPackage(AGENT, HOST));

    @ArchTest
    static final ArchRule agentDoesNotKnowHost =
            noClasses().that().resideInAPackage(AGENT).should().dependOnClassesThat(resideInAPackage(HOST));

    @ArchTest
    static final ArchRule nothingKnowsTheHostCommands = noClasses()
            .that()
            .resideOutsideOfPackage("dev.hilda.host.cli..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.hilda.host.cli.."));

    @ArchTest
    static final ArchRule agentCommandsAreKnownOnlyToTheCommandRoot = noClasses()
            .that()
            .resideOutsideOfPackages("dev.hilda.agent.cli..", "dev.hilda.host.cli..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.hilda.agent.cli.."));

    @ArchTest
    static final ArchRule picocliOnlyInCommands =
            quarantine(resideInAPackage("picocli.."), "dev.hilda.agent.cli..", "dev.hilda.host.cli..");

    /** Read at the edge, once: whoever else needs it is given it. The tests' own data is no part of the program. */
    @ArchTest
    static final ArchRule commandsAloneReadTheEnvironment = noClasses()
            .that()
            .resideOutsideOfPackages("dev.hilda.agent.cli..", "dev.hilda.host.cli..", "dev.hilda.agent.testing..")
            .should()
            .callMethodWhere(target(nameStartingWith("getenv")).and(target(owner(assignableTo(System.class)))));

    /** A service runs several at once: they own no terminal and no end of the program. */
    @ArchTest
    static final ArchRule useCasesAskNothingOfTheirProcess = noClasses()
            .that()
            .resideInAnyPackage("dev.hilda.agent.run..", "dev.hilda.host.pipeline..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .dependOnClassesThat(resideInAPackage("picocli.."));

    /** Hooks run all at once: what is undone by several of them races. */
    @ArchTest
    static final ArchRule commandsAloneHookTheEndOfTheProgram = noClasses()
            .that()
            .resideOutsideOfPackages("dev.hilda.agent.cli..", "dev.hilda.host.cli..")
            .should()
            .callMethod(Runtime.class, "addShutdownHook", Thread.class);

    @ArchTest
    static final ArchRule jSerialCommOnlyInSerial =
            quarantine(resideInAPackage("com.fazecast.."), "dev.hilda.agent.serial..");

    @ArchTest
    static final ArchRule pahoOnlyInMqtt =
            quarantine(resideInAPackage("org.eclipse.paho.."), "dev.hilda.agent.publish.mqtt..");

    /** What logs knows SLF4J alone; where the lines go is said in one place. */
    @ArchTest
    static final ArchRule logbackOnlyInLog = quarantine(resideInAPackage("ch.qos.logback.."), "dev.hilda.agent.log..");

    @ArchTest
    static final ArchRule jdbcOnlyInStore = quarantine(
            resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..", "com.github.kagkarlsson.."),
            "dev.hilda.agent.store..");

    @ArchTest
    static final ArchRule nd4jOnlyInTensor = quarantine(
            resideInAnyPackage("org.nd4j..", "org.bytedeco..")
                    .and(DescribedPredicate.not(resideInAPackage(ND4J_PROTOBUF))),
            "dev.hilda.host.tensor..");

    @ArchTest
    static final ArchRule onnxClassesOnlyInTheOnnxFrontend = quarantine(
            resideInAnyPackage("onnx..", ND4J_PROTOBUF), "dev.hilda.host.tensor..", "dev.hilda.host.frontend.onnx..");

    @ArchTest
    static final ArchRule flatBuffersOnlyInTheTfliteFrontend =
            quarantine(resideInAPackage("com.google.flatbuffers.."), "dev.hilda.host.frontend.tflite..");

    @ArchTest
    static final ArchRule snakeYamlOnlyInYaml =
            quarantine(resideInAPackage("org.yaml.snakeyaml.."), "dev.hilda.yaml..");

    @ArchTest
    static final ArchRule noCyclesBetweenModules =
            slices().matching("dev.hilda.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noCyclesBetweenPackages =
            slices().matching("dev.hilda.(**)").should().beFreeOfCycles();

    @ArchTest
    static void shouldDescribeEveryPackage(JavaClasses classes) {
        List<String> undescribed = classes.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(described -> described.getClasses().stream().anyMatch(JavaClass::isTopLevelClass))
                .filter(described -> described
                        .tryGetPackageInfo()
                        .filter(info -> info.isAnnotatedWith(NullMarked.class))
                        .isEmpty())
                .map(described -> described.getName())
                .sorted()
                .toList();
        assertEquals(List.of(), undescribed, "packages without a package-info that is @NullMarked");
    }

    private static ArchRule quarantine(DescribedPredicate<? super JavaClass> vendor, String... allowed) {
        return noClasses().that().resideOutsideOfPackages(allowed).should().dependOnClassesThat(vendor);
    }

    private static long count(JavaClasses classes, String packageIdentifier) {
        Stream<JavaClass> all = classes.stream();
        return all.filter(resideInAPackage(packageIdentifier)).count();
    }
}
