package dev.interlock.store.jdbc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.interlock.store.jdbc");

    @Test
    void theWallClockOfTheApplicationHasNoSay() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(MAIN);
    }

    @Test
    void onlyTwoClassesNeedThePostgreSqlDriver() {
        noClasses()
                .that()
                .doNotHaveSimpleName("PostgresDriver")
                .and()
                .haveNameNotMatching(".*\\.PostgresListener.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.postgresql..")
                .check(MAIN);
    }
}
