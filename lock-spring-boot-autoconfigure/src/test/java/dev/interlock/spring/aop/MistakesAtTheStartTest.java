package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.DistributedLock;
import dev.interlock.annotation.OnTimeout;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import io.reactivex.rxjava3.core.Single;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;

/** Each mistake ends the start, and says what is wrong, where, and what to do. */
class MistakesAtTheStartTest {

    @Test
    void aPrivateMethod() {
        assertRefused(PrivateMethod.class, "neither private nor static nor final")
                .hasMessageContaining("PrivateMethod.locked(long) has lock annotations, but is private");
    }

    @Test
    void aStaticMethod() {
        assertRefused(StaticMethod.class, "LockManager")
                .hasMessageContaining("StaticMethod.locked() ")
                .hasMessageContaining("is static");
    }

    @Test
    void aFinalMethod() {
        assertRefused(FinalMethod.class, "LockManager")
                .hasMessageContaining("FinalMethod.locked() ")
                .hasMessageContaining("is final");
    }

    @Test
    void aFinalMethodOfALockedClass() {
        assertRefused(LockedClass.class, "LockManager")
                .hasMessageContaining("LockedClass.locked() ")
                .hasMessageContaining("is final");
    }

    @Test
    void aKeyThatIsNoExpression() {
        assertRefused(BadKey.class, "#order.customer.id")
                .hasMessageContaining("The key '#id +' of BadKey.locked(long) is no expression");
    }

    @Test
    void aBlankKey() {
        assertRefused(BlankKey.class, "Write the key in SpEL").hasMessageContaining("BlankKey.locked(long)");
    }

    @Test
    void aKeyOfAnUnknownParameter() {
        assertRefused(UnknownParameter.class, "Use the name of a parameter")
                .hasMessageContaining("The key '#from.id' of UnknownParameter.locked(long, String) speaks of #from")
                .hasMessageContaining("its parameters are #id, #name");
    }

    @Test
    void aKeyWhoseHashWasForgotten() {
        assertRefused(ForgottenHash.class, "#id").hasMessageContaining("The key 'id' of ForgottenHash.locked(long)");
    }

    @Test
    void aKeyWithAFunction() {
        assertRefused(FunctionInKey.class, "@keys.of(#order)")
                .hasMessageContaining("FunctionInKey.locked(long) calls a function, #hash");
    }

    @Test
    void aKeyOfAParameterWhoseNameWasNotKept() throws Exception {
        Class<?> nameless = Compiled.withoutParameterNames(
                "Nameless",
                "public class Nameless {",
                "  @dev.interlock.annotation.WriteLock(value = \"account\", key = \"#id\")",
                "  public void locked(long id) {}",
                "}");
        assertRefused(nameless, "Compile with -parameters, or write #p0")
                .hasMessageContaining("Nameless.locked(long) speaks of #id");
    }

    @Test
    void aTimeoutThatIsNoDuration() {
        assertRefused(BadTimeout.class, "PT5S")
                .hasMessageContaining("@WriteLock on BadTimeout.locked() has the timeout 'soon', which is no duration");
    }

    @Test
    void aNegativeTimeout() {
        assertRefused(NegativeTimeout.class, "or 0s").hasMessageContaining("has the timeout '-1s', which is negative");
    }

    @Test
    void aLeaseOfNothing() {
        assertRefused(NoLease.class, "above zero").hasMessageContaining("has the lease '0s', which is nothing");
    }

    @Test
    void aNegativeLeastTime() {
        assertRefused(NegativeLeast.class, "or 0s").hasMessageContaining("has the holdAtLeast 'PT-1S'");
    }

    @Test
    void aPlaceholderForWhichThereIsNoValue() {
        assertRefused(UnknownPlaceholder.class, "${lock.timeout:5s}")
                .hasMessageContaining("has the timeout '${nowhere.to.be.found}'");
    }

    @Test
    void aPlaceholderForWhichThereIsNoValueInTheNameOfTheResource() {
        assertRefused(UnknownName.class, "Define the property")
                .hasMessageContaining("has the value '${nowhere.to.be.found}'");
    }

    @Test
    void aPlaceholderThatIsLeftAsItIs() {
        withLocks()
                .withBean(PropertySourcesPlaceholderConfigurer.class, MistakesAtTheStartTest::lenient)
                .withBean(UnknownName.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .isInstanceOf(LockConfigurationException.class)
                        .hasMessageContaining("there is no value for '${nowhere.to.be.found}'"));
    }

    private static PropertySourcesPlaceholderConfigurer lenient() {
        PropertySourcesPlaceholderConfigurer placeholders = new PropertySourcesPlaceholderConfigurer();
        placeholders.setIgnoreUnresolvablePlaceholders(true);
        return placeholders;
    }

    @Test
    void aPriorityOutOfRange() {
        assertRefused(HighPriority.class, "1 to 10")
                .hasMessageContaining("@ReadLock on HighPriority.locked() has the priority 11");
        assertRefused(LowPriority.class, "1 to 10").hasMessageContaining("has the priority -1");
    }

    @Test
    void aBlankName() {
        assertRefused(BlankName.class, "what is to be locked").hasMessageContaining("its value is blank");
    }

    @Test
    void aTypeWithAColonBesideAKey() {
        assertRefused(ColonInType.class, "Leave the ':' out").hasMessageContaining("'account:'");
    }

    @Test
    void aFuture() {
        assertRefused(PlainFuture.class, "CompletableFuture")
                .hasMessageContaining("PlainFuture.locked() answers with a java.util.concurrent.Future");
    }

    @Test
    void aFutureOfTheApplication() {
        assertRefused(OwnFuture.class, "CompletionStage").hasMessageContaining("OwnFuture.locked()");
    }

    @Test
    void aDistributedLockWithoutABackend() {
        assertRefusedByAManagerInMemory(Distributed.class, "interlock.distributed.backend")
                .hasMessageContaining("Distributed.locked() cannot have its lock on 'report'");
    }

    @Test
    void aDistributedReadLockWithoutABackend() {
        assertRefusedByAManagerInMemory(DistributedRead.class, "interlock.distributed.backend")
                .hasMessageContaining("DistributedRead.locked()");
    }

    @Test
    void twoFallbacks() {
        assertRefused(TwoFallbacks.class, "Leave one fallback").hasMessageContaining("[one, two]");
    }

    @Test
    void aFallbackBesideSkip() {
        assertRefused(SkipAndFallback.class, "Leave one fallback").hasMessageContaining("[one, SKIP]");
    }

    @Test
    void skippingWhatCannotBeEmpty() {
        assertRefused(SkippedSingle.class, "name a fallback")
                .hasMessageContaining("SkippedSingle.locked()")
                .hasMessageContaining("a Single cannot be empty");
    }

    @Test
    void aFallbackThatIsNotThere() {
        assertRefused(MissingFallback.class, "Add a method 'instead' to the class, with the parameters [long]")
                .hasMessageContaining("The fallback 'instead' of MissingFallback.locked(long) is not there");
    }

    @Test
    void aFallbackWithOtherParameters() {
        assertRefused(OtherParameters.class, "[long]")
                .hasMessageContaining("is not there with these parameters; there is")
                .hasMessageContaining("instead(java.lang.String)");
    }

    @Test
    void aFallbackWithAnotherResult() {
        assertRefused(OtherResult.class, "Let the fallback answer with java.lang.String")
                .hasMessageContaining("answers with int");
    }

    @Test
    void aStaticFallback() {
        assertRefused(StaticFallback.class, "Make it a method of the bean").hasMessageContaining("is static");
    }

    @Test
    void aFallbackOfWhichThereAreTwoForTheException() {
        assertRefused(AmbiguousFallback.class, "Leave one").hasMessageContaining("AmbiguousFallback.locked(long)");
    }

    @Test
    void aMistakeInABeanThatIsMadeLate() {
        withLocks()
                .withBean(BadKey.class, BadKey::new, definition -> definition.setLazyInit(true))
                .run(context -> assertThat(context.getStartupFailure()).hasMessageContaining("BadKey.locked(long)"));
    }

    @Test
    void aMistakeInABeanThatIsMadeForEachUse() {
        withLocks()
                .withBean(BadKey.class, BadKey::new, definition -> definition.setScope("prototype"))
                .run(context -> assertThat(context.getStartupFailure()).hasMessageContaining("BadKey.locked(long)"));
    }

    @Test
    void aMistakeOnTheInterfaceThatAFactoryMakes() {
        withLocks().withBean(Making.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("Made.locked(long)"));
    }

    @Test
    void noMistakeIsAFinalMethodThatIsCalledThroughItsInterface() {
        withLocks()
                .withPropertyValues("spring.aop.proxy-target-class=false")
                .withBean(FinalBehindInterface.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void noMistakeIsWhatNobodyLocks() {
        withLocks()
                .withPropertyValues("interlock.enabled=false")
                .withBean(BadKey.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    private static AbstractThrowableAssert<?, ?> assertRefusedByAManagerInMemory(Class<?> bean, String action) {
        return assertRefused(
                withLocks().withBean(LockManager.class, () -> InterlockManager.builder()
                        .build()),
                bean,
                action);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Class<?> bean, String action) {
        return assertRefused(withLocks(), bean, action);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(
            ApplicationContextRunner contexts, Class<?> bean, String action) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        contexts.withClassLoader(bean.getClassLoader())
                .withBean(bean)
                .run(context -> failure.set(context.getStartupFailure()));
        return assertThat(failure.get())
                .isInstanceOfSatisfying(LockConfigurationException.class, refused -> assertThat(refused.action())
                        .contains(action));
    }

    @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
    static class PrivateMethod {
        @WriteLock("account")
        private void locked(long id) {}
    }

    static class StaticMethod {
        @WriteLock("account")
        public static void locked() {}
    }

    static class FinalMethod {
        @WriteLock("account")
        public final void locked() {}
    }

    @WriteLock("account")
    static class LockedClass {
        public final void locked() {}
    }

    static class BadKey {
        @WriteLock(value = "account", key = "#id +")
        public void locked(long id) {}
    }

    static class BlankKey {
        @WriteLock(value = "account", key = " ")
        public void locked(long id) {}
    }

    static class UnknownParameter {
        @WriteLock(value = "account", key = "#from.id")
        public void locked(long id, String name) {}
    }

    static class ForgottenHash {
        @WriteLock(value = "account", key = "id")
        public void locked(long id) {}
    }

    static class FunctionInKey {
        @WriteLock(value = "account", key = "#hash(#id)")
        public void locked(long id) {}
    }

    static class BadTimeout {
        @WriteLock(value = "account", timeout = "soon")
        public void locked() {}
    }

    static class NegativeTimeout {
        @WriteLock(value = "account", timeout = "-1s")
        public void locked() {}
    }

    static class NoLease {
        @WriteLock(value = "account", lease = "0s")
        public void locked() {}
    }

    static class NegativeLeast {
        @WriteLock(value = "account", holdAtLeast = "PT-1S")
        public void locked() {}
    }

    static class UnknownPlaceholder {
        @WriteLock(value = "account", timeout = "${nowhere.to.be.found}")
        public void locked() {}
    }

    static class UnknownName {
        @WriteLock("${nowhere.to.be.found}")
        public void locked() {}
    }

    static class HighPriority {
        @ReadLock(value = "account", priority = 11)
        public void locked() {}
    }

    static class LowPriority {
        @ReadLock(value = "account", priority = -1)
        public void locked() {}
    }

    static class BlankName {
        @WriteLock(" ")
        public void locked() {}
    }

    static class ColonInType {
        @WriteLock(value = "account:", key = "#id")
        public void locked(long id) {}
    }

    static class PlainFuture {
        @WriteLock("account")
        public Future<String> locked() {
            return CompletableFuture.completedFuture("");
        }
    }

    static class OwnFuture {
        @WriteLock("account")
        public Own locked() {
            return new Own();
        }

        static class Own extends CompletableFuture<String> {}
    }

    static class Distributed {
        @DistributedLock("report")
        public void locked() {}
    }

    static class DistributedRead {
        @DistributedLock(value = "report", mode = LockMode.READ)
        public void locked() {}
    }

    static class TwoFallbacks {
        @WriteLock(value = "account", fallback = "one")
        @ReadLock(value = "order", fallback = "two")
        public void locked() {}

        void one() {}

        void two() {}
    }

    static class SkipAndFallback {
        @WriteLock(value = "account", fallback = "one", onTimeout = OnTimeout.SKIP)
        public void locked() {}

        void one() {}
    }

    static class SkippedSingle {
        @WriteLock(value = "account", onTimeout = OnTimeout.SKIP)
        public Single<String> locked() {
            return Single.just("");
        }
    }

    static class MissingFallback {
        @WriteLock(value = "account", fallback = "instead")
        public void locked(long id) {}
    }

    static class OtherParameters {
        @WriteLock(value = "account", fallback = "instead")
        public void locked(long id) {}

        void instead(String id) {}
    }

    static class OtherResult {
        @WriteLock(value = "account", fallback = "instead")
        public String locked(long id) {
            return "";
        }

        int instead(long id) {
            return 0;
        }
    }

    static class StaticFallback {
        @WriteLock(value = "account", fallback = "instead")
        public void locked(long id) {}

        static void instead(long id) {}
    }

    static class AmbiguousFallback {
        @WriteLock(value = "account", fallback = "instead")
        public void locked(long id) {}

        void instead(long id, LockTimeoutException failure) {}

        void instead(long id, LockException failure) {}
    }

    interface Made {
        @WriteLock(value = "account", key = "#missing")
        void locked(long id);
    }

    static class Making implements FactoryBean<Made> {
        @Override
        public Made getObject() {
            return id -> {};
        }

        @Override
        public Class<?> getObjectType() {
            return Made.class;
        }
    }

    interface Behind {
        @WriteLock("account")
        void locked();
    }

    static class FinalBehindInterface implements Behind {
        @Override
        public final void locked() {}
    }
}
