package dev.hilda.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.stream.Stream;

/** Which packages of the agent may know which. */
@AnalyzeClasses(packages = "dev.hilda.agent", importOptions = DoNotIncludeTests.class)
class AgentPackageRulesTest {
    private static final String[] JDK = {"java..", "javax..", "org.jspecify.."};

    // The packages that may be empty belong to later parts of the project.
    @ArchTest
    static final ArchRule networkIsJdkOnly = only("network");

    @ArchTest
    static final ArchRule oracleKnowsTheNetwork =
            only("oracle", "dev.hilda.agent.network..").allowEmptyShould(true);

    @ArchTest
    static final ArchRule datasetKnowsNetworkAndOracle = only(
                    "dataset",
                    "dev.hilda.agent.network..",
                    "dev.hilda.agent.oracle..",
                    "com.fasterxml.jackson..",
                    "org.yaml.snakeyaml..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule boardKnowsNoAdapterAndNoVendor = only("board", "dev.hilda.profile..");

    @ArchTest
    static final ArchRule protocolKnowsOnlyBytes = only("protocol");

    @ArchTest
    static final ArchRule protocolDoesNoInputOrOutput = noClasses()
            .that()
            .resideInAPackage("dev.hilda.agent.protocol..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
                    .and(not(type(ByteArrayOutputStream.class))));

    @ArchTest
    static final ArchRule measureKnowsNoAdapterAndNoVendor = only("measure").allowEmptyShould(true);

    @ArchTest
    static final ArchRule sessionKnowsCapabilitiesNotAdapters = only(
            "session",
            "dev.hilda.agent.board..",
            "dev.hilda.agent.protocol..",
            "dev.hilda.agent.measure..",
            "dev.hilda.agent.network..",
            "dev.hilda.agent.oracle..",
            "dev.hilda.agent.dataset..",
            "dev.hilda.agent.bundle..",
            "dev.hilda.profile..",
            "org.slf4j..");

    /** The classes of one package depend on that package, the JDK and {@code others}. */
    private static ArchRule only(String name, String... others) {
        String own = "dev.hilda.agent." + name + "..";
        String[] allowed = Stream.of(new String[] {own}, JDK, others)
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(own)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }
}
