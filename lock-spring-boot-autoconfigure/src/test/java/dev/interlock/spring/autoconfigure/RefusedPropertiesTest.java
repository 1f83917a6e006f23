package dev.interlock.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

/** What a user is told who sets a property in a way that cannot work: which one, its value, and the way out. */
class RefusedPropertiesTest {

    private static FailureAnalysis analysisWith(String... properties) {
        return analysisOf(Contexts.withLocks().withPropertyValues(properties));
    }

    private static FailureAnalysis analysisOf(ApplicationContextRunner contexts) {
        FailureAnalysis[] analysis = new FailureAnalysis[1];
        contexts.run(context -> analysis[0] = Contexts.analysisOf(context.getStartupFailure()));
        return analysis[0];
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    interlock.timeout.read                           | -5s     | must not be negative; 0 means not to wait
                    interlock.timeout.write                          | -5s     | must not be negative; 0 means not to wait
                    interlock.timeout.distributed                    | PT-5S   | must not be negative; 0 means not to wait
                    interlock.timeout.adaptive.min                   | 0       | must be longer than zero
                    interlock.timeout.adaptive.min                   | -1s     | must be longer than zero
                    interlock.timeout.adaptive.max                   | 0       | must be longer than zero
                    interlock.timeout.adaptive.max                   | 999ms   | must not be shorter than interlock.timeout.adaptive.min, which is PT1S
                    interlock.resources[account].adaptive.max        | 500ms   | must not be shorter than interlock.resources[account].adaptive.min, which is PT1S
                    interlock.resources[account].adaptive.min        | 0       | must be longer than zero
                    interlock.fairness.bound                         | -1ms    | set interlock.fairness.policy=strict
                    interlock.fairness.priority-ageing               | -1ms    | 0 means that priorities do not count
                    interlock.fairness.priority-ageing               | 25h     | would starve low priorities; use a day at the most
                    interlock.lease.duration                         | 0       | must be longer than zero, such as 30s or PT30S
                    interlock.lease.duration                         | -1s     | must be longer than zero, such as 30s or PT30S
                    interlock.lease.duration                         | 99ms    | must be 100ms at least, and should be some seconds
                    interlock.lease.max-hold                         | -1s     | must not be negative; 0 means without end
                    interlock.lease.hand-offs                        | 0       | must be from 1 to 1000; other processes wait for so many
                    interlock.lease.hand-offs                        | 1001    | must be from 1 to 1000; other processes wait for so many
                    interlock.lease.term                             | 0       | must be 1ms at least
                    interlock.jdbc.table-prefix                      | a-b     | must begin with a letter, have letters, digits, '_' and '$' only
                    interlock.limits.max-locks-per-owner             | 0       | must be at least 1
                    interlock.limits.max-queue                       | 0       | must be at least 1
                    interlock.limits.max-resource-length             | -3      | must be at least 1
                    interlock.retry.max-attempts                     | 0       | must be at least 1; 1 means not to try again
                    interlock.retry.delay                            | -1ms    | must not be negative
                    interlock.retry.multiplier                       | 0.9     | must be at least 1
                    interlock.retry.multiplier                       | NaN     | must be at least 1
                    interlock.retry.jitter                           | -1ms    | must not be negative; 0 means no jitter
                    interlock.deadlock.long-wait                     | -1s     | must not be negative; 0 means never
                    interlock.deadlock.publish-after                 | -1s     | must not be negative
                    interlock.statistics.history-size                | -1      | must be at least 0; 0 keeps no history
                    interlock.statistics.max-resources               | -1      | must be at least 0; 0 remembers no idle resource
                    interlock.shutdown.drain                         | -1s     | must not be negative; 0 means not to wait
                    interlock.cleanup.interval                       | 0       | must be longer than zero
                    interlock.optimistic.backoff.initial             | -1ms    | must not be negative; 0 means no rest
                    interlock.optimistic.backoff.multiplier          | 0.9     | must be at least 1
                    interlock.optimistic.backoff.multiplier          | NaN     | must be at least 1
                    interlock.optimistic.backoff.max                 | -1s     | must not be negative; 0 means no rest
                    interlock.optimistic.backoff.jitter              | 1.1     | must be a part from 0 to 1; 0 means no jitter
                    interlock.optimistic.history                     | -1      | must be at least 0; 0 remembers none
                    interlock.optimistic.max-stamps                  | 0       | must be at least 1
                    interlock.optimistic.turns-away                  | -1      | must be at least 0
                    interlock.optimistic.kinds[urgent].priority      | 11      | must be from 1 (lowest) to 10 (highest)
                    interlock.optimistic.kinds[urgent].retries       | -1      | must be at least 0; 0 means not to try again
                    interlock.resources[account].timeout             | -1s     | must not be negative; 0 means not to wait
                    interlock.resources[account].lease               | 0       | must be longer than zero
                    interlock.resources[account].priority            | 0       | must be from 1 (lowest) to 10 (highest)
                    interlock.resources[account].priority            | 11      | must be from 1 (lowest) to 10 (highest)
                    interlock.resources[account].stripes             | -1      | must be at least 0; 0 gives each key a lock of its own
                    """)
    void aValueThatCannotBeIsNamedWithItsPropertyAndTheWayOut(String property, String value, String wayOut) {
        FailureAnalysis analysis = analysisWith(property + "=" + value);

        assertThat(analysis.getDescription())
                .startsWith(property + " is '" + value + "' (\"" + property + "\" from property source \"test\"), but ")
                .contains(wayOut);
        assertThat(analysis.getAction()).isEqualTo("Change the value, or remove it: then the default holds.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "interlock.timeout.adaptive.enabled=true",
                "interlock.resources[account].adaptive.min=1s",
                "interlock.resources[account].adaptive.max=5s"
            })
    void timeoutsCannotAdaptWithoutStatistics(String property) {
        assertThat(analysisWith("interlock.statistics.enabled=false", property).getDescription())
                .startsWith(property.replace("=", " is '") + "' (")
                .endsWith(
                        "needs statistics to learn from; set interlock.statistics.enabled=true as well, or leave this out");
    }

    @Test
    void aBlankNameOfTheProcessIsRefused() {
        assertThat(analysisWith("interlock.node= ").getDescription())
                .startsWith("interlock.node is '' (")
                .endsWith("must not be blank; name the process as its operators know it, or leave it out");
    }

    @Test
    void allWrongValuesAreNamedAtOnce() {
        FailureAnalysis analysis = analysisWith("interlock.timeout.read=-1s", "interlock.limits.max-queue=0");

        assertThat(analysis.getDescription().lines())
                .hasSize(2)
                .satisfiesOnlyOnce(line -> assertThat(line).startsWith("interlock.timeout.read is '-1s'"))
                .satisfiesOnlyOnce(line -> assertThat(line).startsWith("interlock.limits.max-queue is '0'"));
    }

    @Test
    void aTypeWithDotsIsNamedAsItWasWritten() {
        FailureAnalysis analysis = analysisWith("interlock.resources.[my.type].priority=99");

        assertThat(analysis.getDescription()).startsWith("interlock.resources[my.type].priority is '99' (");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    interlock.ordering.hierarchy           | account,,order    | '', which is not a type
                    interlock.ordering.hierarchy           | account:1         | 'account:1', which is not a type
                    interlock.ordering.hierarchy           | order,account,order | names 'order' twice
                    """)
    void typesThatCannotBeAreNamed(String property, String value, String message) {
        assertThat(analysisWith(property + "=" + value).getDescription()).contains(message);
    }

    @Test
    void aTypeWithAColonWouldNeverBeFoundAndIsRefused() {
        MapPropertySource source = new MapPropertySource("map", Map.of("interlock.resources[account:1].stripes", "2"));

        FailureAnalysis analysis = analysisOf(Contexts.withLocks()
                .withInitializer(
                        context -> context.getEnvironment().getPropertySources().addFirst(source)));

        assertThat(analysis.getDescription())
                .isEqualTo(
                        "interlock.resources[account:1] names 'account:1', which is not a type; a type is the part of a"
                                + " resource's name before its first ':'");
    }

    @ParameterizedTest
    @CsvSource({
        "interlock.deadlock.policy, breek, BREAK OFF REPORT",
        "interlock.ordering.policy, warn, FAIL OFF REPORT",
        "interlock.fairness.policy, fair, BOUNDED STRICT",
        "interlock.jdbc.initialize-schema, maybe, ALWAYS EMBEDDED NEVER"
    })
    void aWordThatIsNoneIsNamedWithThoseThatAre(String property, String value, String allowed) {
        FailureAnalysis analysis = analysisWith(property + "=" + value);

        assertThat(analysis.getDescription()).contains("Property: " + property, "Value: \"" + value + "\"");
        assertThat(analysis.getAction()).contains(allowed.split(" "));
    }

    @Test
    void aDurationThatIsNoneIsNamed() {
        FailureAnalysis analysis = analysisWith("interlock.timeout.read=soon");

        assertThat(analysis.getDescription()).contains("interlock.timeout.read", "\"soon\"");
    }

    @ParameterizedTest
    @CsvSource({
        "interlock.tiemout.read, interlock.timeout.read",
        "interlock.timeout.raed, interlock.timeout.read",
        "interlock.backends, interlock.backend",
        "interlock.statistics.histroy-size, interlock.statistics.history-size",
        "interlock.optimistic.backof.initial, interlock.optimistic.backoff.initial",
        "interlock.aop.ordre, interlock.aop.order"
    })
    void aMistypedNameIsNamedWithTheOneThatWasMeant(String wrong, String meant) {
        FailureAnalysis analysis = analysisWith(wrong + "=1");

        assertThat(analysis.getDescription())
                .startsWith(
                        "There is no property " + wrong + " (value '1', set in \"" + wrong + "\" from property source");
        assertThat(analysis.getAction()).isEqualTo("Did you mean " + meant + "?");
    }

    @Test
    void aNameThatIsLikeNoneIsAnsweredWithAll() {
        assertThat(analysisWith("interlock.something.quite.different=1").getAction())
                .startsWith("Remove interlock.something.quite.different, or set one of: interlock.aop.order, ")
                .contains("interlock.transaction.guard");
    }

    @Test
    void aMistypedSettingOfATypeIsNamedWithTheOneThatWasMeant() {
        FailureAnalysis analysis = analysisWith("interlock.resources.account.tiemout=1s");

        assertThat(analysis.getDescription()).contains("interlock.resources.account.tiemout");
        assertThat(analysis.getAction())
                .startsWith("Did you mean interlock.resources.account.timeout? ")
                .contains("adaptive, lease, priority, stripes, timeout");
    }

    @Test
    void aTypeWithDotsButWithoutBracketsIsExplained() {
        assertThat(analysisWith("interlock.resources.my.type.timeout=1s").getAction())
                .contains("in brackets: interlock.resources.[my.type].timeout");
    }

    @Test
    void theSettingsOfATypeAreAllKnownToTheAnalyzer() {
        assertThat(Stream.of(InterlockProperties.Resource.class.getRecordComponents())
                        .map(RecordComponent::getName))
                .containsExactlyInAnyOrderElementsOf(UnknownPropertyFailureAnalyzer.OF_A_RESOURCE);
    }

    @Test
    void aMistypedSettingOfAKindIsNamedWithTheOneThatWasMeant() {
        assertThat(analysisWith("interlock.optimistic.kinds.urgent.retires=1").getAction())
                .startsWith("Did you mean interlock.optimistic.kinds.urgent.retries? ")
                .contains("A kind has the settings alert, priority, retries");
        assertThat(Stream.of(InterlockProperties.Kind.class.getRecordComponents())
                        .map(RecordComponent::getName))
                .containsExactlyInAnyOrderElementsOf(UnknownPropertyFailureAnalyzer.OF_A_KIND);
    }

    @Test
    void whatIsUnknownElsewhereIsLeftToSpringBoot() {
        assertThat(new UnknownPropertyFailureAnalyzer().analyze(new UnboundConfigurationPropertiesException(Set.of())))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"interlock.backend, redis", "interlock.distributed.backend, zookeeper"})
    void aBackendThatThisVersionDoesNotHaveFailsTheStart(String property, String backend) {
        FailureAnalysis analysis = analysisWith(property + "=" + backend);

        assertThat(analysis.getDescription())
                .isEqualTo(property + " is '" + backend
                        + "', and this version does not have that backend; it has: file, memory");
        assertThat(analysis.getAction()).isEqualTo("Choose one of those.");
    }

    @ParameterizedTest
    @CsvSource({
        "interlock.backend, jdbc, dev.interlock:lock-jdbc",
        "interlock.distributed.backend, registry, org.springframework.integration:spring-integration-core"
    })
    void aBackendWhoseModuleIsMissingFailsTheStart(String property, String backend, String module) {
        FailureAnalysis analysis = analysisWith(property + "=" + backend);

        assertThat(analysis.getDescription())
                .isEqualTo(property + " is '" + backend + "', and " + module + " is not on the class path");
        assertThat(analysis.getAction())
                .isEqualTo("Add the dependency " + module + ", or choose another backend: file, memory.");
    }

    @Test
    void aBackendThatIsNoneFailsTheStartWithTheNearest() {
        FailureAnalysis analysis = analysisWith("interlock.backend=jbdc");

        assertThat(analysis.getDescription())
                .isEqualTo("interlock.backend is 'jbdc', which is no backend; this version has: file, memory");
        assertThat(analysis.getAction()).isEqualTo("Did you mean 'jdbc'?");
    }

    @Test
    void aBackendThatIsLikeNoneFailsTheStartWithoutAGuess() {
        assertThat(analysisWith("interlock.distributed.backend=carrier-pigeon").getAction())
                .isEqualTo("Choose one of those.");
    }

    @Test
    void distributedLocksThatReachLessThanTheOthersAreRefused() {
        FailureAnalysis analysis = analysisWith("interlock.backend=file", "interlock.distributed.backend=memory");

        assertThat(analysis.getDescription())
                .isEqualTo(
                        "interlock.backend is 'file', which reaches other processes, but interlock.distributed.backend"
                                + " is 'memory', which does not");
        assertThat(analysis.getAction()).startsWith("Remove interlock.distributed.backend");
    }

    /** The whole way: the factories, the order of the analyzers, and what is printed. */
    @ExtendWith(OutputCaptureExtension.class)
    @Test
    void aWholeApplicationSaysWhatIsWrongInPlaceOfAStackTrace(CapturedOutput output) {
        assertThat(catchRunning("--interlock.tiemout.read=5s")).isInstanceOf(RuntimeException.class);

        assertThat(output)
                .contains("APPLICATION FAILED TO START", "There is no property interlock.tiemout.read (value '5s'")
                .contains("Did you mean interlock.timeout.read?");
    }

    private static Throwable catchRunning(String... arguments) {
        try {
            SpringApplication application = new SpringApplication(Application.class);
            application.setWebApplicationType(WebApplicationType.NONE);
            application.run(arguments).close();
            throw new AssertionError("it started");
        } catch (RuntimeException failure) {
            return failure;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
