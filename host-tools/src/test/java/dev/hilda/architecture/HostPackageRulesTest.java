package dev.hilda.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which packages of the host tools may know which. All but {@code cli} belong to later parts of the project. */
@AnalyzeClasses(packages = "dev.hilda.host", importOptions = DoNotIncludeTests.class)
class HostPackageRulesTest {
    private static final String[] STAGES = {
        "dev.hilda.host.frontend..", "dev.hilda.host.quantize..", "dev.hilda.host.lower..", "dev.hilda.host.emit.."
    };

    /** Shapes, windows and packed codes are the same notions in a graph and in an integer network. */
    @ArchTest
    static final ArchRule irKnowsTheIntegerNetworkOnly = classes()
            .that()
            .resideInAPackage("dev.hilda.host.ir..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.hilda.host.ir..", "dev.hilda.agent.network", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule stagesKnowOnlyWhatTheyShare = noClasses()
            .that()
            .resideInAnyPackage(STAGES)
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are of the agent but neither network nor dataset",
                    type -> type.getPackageName().startsWith("dev.hilda.agent.")
                            && !type.getPackageName().startsWith("dev.hilda.agent.network")
                            && !type.getPackageName().startsWith("dev.hilda.agent.dataset")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule stagesDoNotKnowOneAnother = slices().matching(
                    "dev.hilda.host.(frontend|quantize|lower|emit)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheCommandsComposeTheBench = noClasses()
            .that()
            .resideOutsideOfPackage("dev.hilda.host.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.hilda.agent.session..",
                    "dev.hilda.agent.publish..",
                    "dev.hilda.agent.openocd..",
                    "dev.hilda.agent.serial..",
                    "dev.hilda.agent.store..")
            .allowEmptyShould(true);
}
