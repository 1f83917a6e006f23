package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static dev.interlock.spring.aop.Applications.withTransactions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.PriorityOrdered;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

@ExtendWith(OutputCaptureExtension.class)
class BeansOfEveryKindTest {

    private static final String NO_PROXY = "has lock annotations but no proxy";

    @ParameterizedTest
    @ValueSource(strings = {"prototype", "lazy", "configured", "scoped", "interface", "product", "made"})
    void isLocked(String bean, CapturedOutput output) {
        withLocks().withUserConfiguration(Beans.class).run(context -> {
            assertThat(context.getBean(bean, Service.class).call("7")).containsExactly("WRITE service:7");
            Holds.assertNothingLeft(context.getBean(LockManager.class));
            assertThat(output).doesNotContain(NO_PROXY);
        });
    }

    @Test
    void isLockedWithoutTheProxiesOfSpringBoot() {
        withLocks()
                .withPropertyValues("spring.aop.auto=false")
                .withBean(ServiceBean.class)
                .run(context ->
                        assertThat(context.getBean(ServiceBean.class).call("7")).containsExactly("WRITE service:7"));
    }

    @Test
    void isLockedByInterfaceWithoutTheProxiesOfSpringBoot() {
        withLocks()
                .withPropertyValues("spring.aop.auto=false", "spring.aop.proxy-target-class=false")
                .withBean(ServiceBean.class)
                .run(context -> {
                    assertThat(context.getBean(Service.class).call("7")).containsExactly("WRITE service:7");
                    assertThat(Proxy.isProxyClass(context.getBean(Service.class).getClass()))
                            .isTrue();
                });
    }

    @Test
    void isNotLockedWhereLocksAreOff() {
        withLocks()
                .withPropertyValues("interlock.enabled=false")
                .withBean(Unlocked.class)
                .run(context ->
                        assertThat(context.getBean(Unlocked.class).call(null)).isEqualTo("called"));
    }

    @Test
    void isLockedWhenItIsInjectedIntoItselfButNotWhenItCallsItself() {
        withLocks().withBean(Myself.class).run(context -> {
            assertThat(context.getBean(Myself.class).throughMyself()).containsExactly("READ myself");
            assertThat(context.getBean(Myself.class).directly()).isEmpty();
        });
    }

    @Test
    void isLockedBesideTransactions() {
        withTransactions().withBean(TransactionalService.class).run(context -> assertThat(
                        context.getBean(TransactionalService.class).call())
                .containsExactly("WRITE service", "transaction: true"));
    }

    @Test
    void isLockedInTheThreadInWhichAnAsynchronousMethodRuns() {
        withLocks()
                .withUserConfiguration(Asynchronous.class)
                .withBean(AsyncService.class)
                .run(context -> {
                    AsyncService service = context.getBean(AsyncService.class);
                    assertThat(service.call().get(10, TimeUnit.SECONDS)).containsExactly("WRITE service");
                    CompletableFuture<String> held = new CompletableFuture<>();
                    service.nothing(held);
                    assertThat(held.get(10, TimeUnit.SECONDS)).isEqualTo("[WRITE nothing]");
                    Holds.assertNothingLeft(context.getBean(LockManager.class));
                });
    }

    @Test
    void isLockedEvenIfTheAnswerIsCached() {
        withLocks()
                .withUserConfiguration(Caching.class)
                .withBean(CachingService.class)
                .run(context -> {
                    CachingService service = context.getBean(CachingService.class);
                    assertThat(service.call(7)).containsExactly("WRITE service:7");
                    Holds.elsewhere(context.getBean(LockManager.class), "service:7");
                    assertThatThrownBy(() -> service.call(7)).isInstanceOf(LockTimeoutException.class);
                });
    }

    @Test
    void endsTheStartIfItWasMadeBeforeThereCouldBeAProxy() {
        withLocks()
                .withBean("early", ServiceBean.class)
                .withUserConfiguration(Eager.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .isInstanceOf(LockConfigurationException.class)
                        .hasMessageContaining("Bean 'early' of " + ServiceBean.class.getName() + " " + NO_PROXY));
    }

    @Test
    void endsTheStartIfItHasAProxyThatKnowsNothingOfLocks() {
        withLocks()
                .withBean("early", Service.class, () -> (Service) new ProxyFactory(new ServiceBean()).getProxy())
                .withUserConfiguration(Eager.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .isInstanceOf(LockConfigurationException.class)
                        .hasMessageContaining("Bean 'early'")
                        .hasMessageContaining(NO_PROXY));
    }

    @Test
    void isNotWarnedOfIfThereIsAnotherProxyAroundItsOwn(CapturedOutput output) {
        withLocks()
                .withBean("bean", ServiceBean.class)
                .withUserConfiguration(LateProxies.class)
                .run(context -> {
                    assertThat(context.getBean(Service.class).call("7")).containsExactly("WRITE service:7");
                    assertThat(output).doesNotContain(NO_PROXY);
                });
    }

    @Test
    void mayBeAMock() {
        for (Class<?> mock : List.of(ServiceBean.class, Service.class)) {
            startsWith(Mockito.mock(mock));
            startsWith(Mockito.mock(mock, Mockito.withSettings().mockMaker("mock-maker-subclass")));
        }
    }

    private static void startsWith(Object mock) {
        singleton(mock).run(context -> assertThat(context).hasNotFailed());
        withLocks().withBean("mock", Object.class, () -> mock).run(context -> assertThat(context)
                .hasNotFailed());
    }

    private static ApplicationContextRunner singleton(Object bean) {
        return withLocks().withInitializer(context -> context.getBeanFactory().registerSingleton("mock", bean));
    }

    interface Service {

        @WriteLock(value = "service", key = "#id")
        List<String> call(String id);
    }

    static class ServiceBean extends LockedBean implements Service {

        @Override
        public List<String> call(String id) {
            return held();
        }
    }

    @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
    static class ScopedService extends ServiceBean {}

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        static org.springframework.beans.factory.config.BeanFactoryPostProcessor threadScope() {
            return beans -> beans.registerScope("thread", new SimpleThreadScope());
        }

        @Bean
        @Scope("prototype")
        ServiceBean prototype() {
            return new ServiceBean();
        }

        @Bean
        @Lazy
        ServiceBean lazy() {
            return new ServiceBean();
        }

        @Bean
        ServiceBean configured() {
            return new ServiceBean();
        }

        @Bean("interface")
        @Lazy
        Service byInterface(LockManager locks) {
            return id -> Holds.all(locks);
        }

        @Bean
        @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
        ServiceBean scoped() {
            return new ServiceBean();
        }

        @Bean
        static FactoryBean<Service> product(ObjectProvider<LockManager> locks) {
            return new Factory(locks);
        }

        @Bean
        Service made(ObjectProvider<LockManager> locks) {
            return generated(locks);
        }
    }

    /** What libraries make of an interface at run time. */
    private static Service generated(ObjectProvider<LockManager> locks) {
        return (Service) Proxy.newProxyInstance(
                Service.class.getClassLoader(),
                new Class<?>[] {Service.class},
                (proxy, method, arguments) -> Holds.all(locks.getObject()));
    }

    private static final class Factory implements FactoryBean<Service> {

        private final ObjectProvider<LockManager> locks;

        Factory(ObjectProvider<LockManager> locks) {
            this.locks = locks;
        }

        @Override
        public Service getObject() {
            return generated(locks);
        }

        @Override
        public Class<?> getObjectType() {
            return Service.class;
        }
    }

    static class Unlocked {

        @WriteLock(value = "service", key = "#id")
        public String call(@Nullable String id) {
            return "called";
        }
    }

    static class Myself extends LockedBean {

        @Lazy
        @Autowired
        private Myself myself;

        public List<String> throughMyself() {
            return myself.locked();
        }

        public List<String> directly() {
            return locked();
        }

        @ReadLock("myself")
        public List<String> locked() {
            return held();
        }
    }

    static class TransactionalService extends LockedBean {

        @WriteLock("service")
        @Transactional
        public List<String> call() {
            return List.of(
                    held().get(0), "transaction: " + TransactionSynchronizationManager.isActualTransactionActive());
        }
    }

    @EnableAsync
    static class Asynchronous {}

    static class AsyncService extends LockedBean {

        @Async
        @WriteLock("service")
        public CompletableFuture<List<String>> call() {
            return CompletableFuture.completedFuture(held());
        }

        @Async
        @WriteLock("nothing")
        public void nothing(CompletableFuture<String> held) {
            held.complete(held().toString());
        }
    }

    @EnableCaching
    static class Caching {

        @Bean
        ConcurrentMapCacheManager cacheManager() {
            return new ConcurrentMapCacheManager();
        }
    }

    static class CachingService extends LockedBean {

        @Cacheable("answers")
        @WriteLock(value = "service", key = "#id", timeout = "0s")
        public List<String> call(long id) {
            return held();
        }
    }

    static class Eager {

        @Bean
        static FirstOfAll eager(Service dependency) {
            return new FirstOfAll();
        }
    }

    private static final class FirstOfAll implements BeanPostProcessor, PriorityOrdered {
        @Override
        public int getOrder() {
            return 0;
        }
    }

    static class LateProxies {

        @Bean
        static BeanPostProcessor lateProxies() {
            return new LateProxy();
        }
    }

    private static final class LateProxy implements BeanPostProcessor {

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            return bean instanceof Service ? new ProxyFactory(bean).getProxy() : bean;
        }
    }
}
