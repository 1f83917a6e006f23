package dev.interlock;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.TOP_LEVEL_CLASSES;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

    private static final String API = "dev.interlock";
    private static final String ENGINE = "dev.interlock.engine..";
    private static final String JMX = "dev.interlock.jmx..";
    private static final String STORES = "dev.interlock.store..";
    private static final String[] OUTSIDE_WORLD = {"java..", "org.slf4j..", "org.jspecify.annotations.."};

    private static final Pattern READS_CLOCK = Pattern.compile("java\\.lang\\.System\\.(nanoTime|currentTimeMillis)"
            + "|java\\.time\\..*\\.now"
            + "|java\\.time\\.(Clock|InstantSource)\\.(system|tick).*"
            + "|java\\.util\\.(Date|GregorianCalendar)\\.<init>|java\\.util\\.Calendar\\.getInstance");

    private static final Pattern MAKES_THREAD =
            Pattern.compile("java\\.lang\\.Thread\\.(<init>|of\\w+|startVirtualThread)"
                    + "|java\\.util\\.Timer\\.<init>"
                    + "|java\\.util\\.concurrent\\.Executors\\..*"
                    + "|java\\.util\\.concurrent\\.(\\w*ThreadPoolExecutor|ForkJoinPool)\\.(<init>|commonPool)"
                    + "|java\\.util\\.concurrent\\.CompletableFuture\\."
                    + "(\\w+Async|delayedExecutor|orTimeout|completeOnTimeout)");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(API);

    /** The API proper is no slice: its manager answers with the monitor, and the monitor's records speak its words. */
    @Test
    void packagesBelowTheApiFormNoCycles() {
        check(slices().matching("dev.interlock.(**)").should().beFreeOfCycles());
    }

    @Test
    void nobodyDependsOnTheEngine() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ENGINE));
    }

    @Test
    void theEngineShowsItsBuilderOnly() {
        check(classes()
                .that()
                .resideInAPackage(ENGINE)
                .and(TOP_LEVEL_CLASSES)
                .and()
                .doNotHaveFullyQualifiedName("dev.interlock.engine.InterlockManager")
                .should()
                .notBePublic());
    }

    @Test
    void onlyTheEngineAndTheStoresReadAClock() {
        check(outsideTheEngineAndTheStoresNobody(READS_CLOCK, "a clock")
                .because(
                        "time comes in through one seam, except that a store is itself the clock of all who share it"));
    }

    @Test
    void onlyTheEngineAndTheStoresMakeThreads() {
        check(outsideTheEngineAndTheStoresNobody(MAKES_THREAD, "what makes a thread")
                .because("the engine ends what it starts, and so does a store that listens for others"));
    }

    @Test
    void theCoreKnowsNeitherSpringNorAnythingElseButTheJdkAndItsTwoDependencies() {
        check(classes()
                .that()
                .resideOutsideOfPackage(JMX)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(with(OUTSIDE_WORLD, "dev.interlock..")));
    }

    @Test
    void onlyOnePackageKnowsJmx() {
        check(classes()
                .that()
                .resideInAPackage(JMX)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        with(OUTSIDE_WORLD, "javax.management..", "javax.security.auth..", "dev.interlock..")));
        check(noClasses()
                .that()
                .resideOutsideOfPackage(JMX)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(JMX));
    }

    @Test
    void storesSeeOnlyTheApiAndTheSpi() {
        check(classes()
                .that()
                .resideInAPackage(STORES)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(with(OUTSIDE_WORLD, API, "dev.interlock.spi..", STORES)));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(MAIN.stream().map(JavaClass::getPackage).collect(Collectors.toSet()))
                .isNotEmpty()
                .allSatisfy(HouseRulesTest::assertNullMarked);
    }

    private static void assertNullMarked(JavaPackage found) {
        assertThat(found.isAnnotatedWith(NullMarked.class))
                .as("%s has a package-info with @NullMarked", found.getName())
                .isTrue();
    }

    private static ArchRule outsideTheEngineAndTheStoresNobody(Pattern forbidden, String what) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(ENGINE, STORES)
                .should()
                .accessTargetWhere(describe("it is " + what, access -> matches(forbidden, access)));
    }

    private static boolean matches(Pattern forbidden, JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        return forbidden
                .matcher(target.getOwner().getName() + "." + target.getName())
                .matches();
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    /** Some packages are still to come. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }
}
