package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.DistributedLock;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AliasFor;

/** Each method answers with what is held while it runs. */
class WhereAnnotationsCountTest {

    @Test
    void onAMethod() {
        assertHeld(OnMethods.class, OnMethods::annotated).containsExactly("WRITE one");
        assertHeld(OnMethods.class, OnMethods::plain).isEmpty();
    }

    @Test
    void onMethodsThatAreProtectedOrOfThePackage() {
        assertHeld(OnMethods.class, OnMethods::ofPackage).containsExactly("WRITE package");
        assertHeld(OnMethods.class, OnMethods::ofFamily).containsExactly("WRITE family");
    }

    @Test
    void severalOnAMethodAreAllHeld() {
        assertHeld(OnMethods.class, OnMethods::several)
                .containsExactly("READ four", "WRITE one", "WRITE three", "WRITE two");
    }

    @Test
    void ofSeveralForOneResourceTheStrongerCounts() {
        assertHeld(OnMethods.class, OnMethods::readAndWrite).containsExactly("WRITE one");
    }

    @Test
    void onAClassForEachPublicMethodThatHasNoneOfItsOwn() {
        assertHeld(OnClass.class, OnClass::plain).containsExactly("READ class");
        assertHeld(OnClass.class, OnClass::withItsOwn).containsExactly("WRITE method");
        assertHeld(OnClass.class, OnClass::ofPackage).isEmpty();
        assertHeld(OnClass.class, OnClass::ofFamily).isEmpty();
    }

    @Test
    void neverForTheMethodsOfObject() {
        withLocks().withBean(OnClass.class).run(context -> {
            assertThat(context.getBean(OnClass.class).toString()).isEqualTo("[]");
        });
    }

    @Test
    void onASuperclass() {
        assertHeld(Derived.class, Derived::inherited).containsExactly("READ base");
        assertHeld(Derived.class, Derived::overridden).containsExactly("READ base");
        assertHeld(Derived.class, Derived::overriddenAnew).containsExactly("WRITE derived");
        assertHeld(DerivedFromLocked.class, DerivedFromLocked::own).containsExactly("READ class");
        assertHeld(DerivedFromLocked.class, DerivedFromLocked::plain).containsExactly("READ class");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onAnInterface(boolean classProxies) {
        withLocks()
                .withPropertyValues("spring.aop.proxy-target-class=" + classProxies)
                .withBean(Implementation.class)
                .run(context -> {
                    Contract bean = context.getBean(Contract.class);
                    assertThat(AopUtils.isJdkDynamicProxy(bean)).isEqualTo(!classProxies);
                    assertThat(bean.annotated("7")).containsExactly("WRITE contract:7");
                    assertThat(bean.byDefault("7")).containsExactly("WRITE default:7");
                    assertThat(bean.implementedWithItsOwn()).containsExactly("WRITE own");
                    assertThat(bean.plain()).containsExactly("READ contract");
                });
    }

    @Test
    void onAnAnnotationOfTheApplication() {
        assertHeld(Composed.class, bean -> bean.byKey(7)).containsExactly("WRITE account:7");
        assertHeld(Composed.class, bean -> bean.twice(1, 2)).containsExactly("READ order:2", "WRITE account:1");
    }

    @Test
    void onAnAnnotationOfTheApplicationThatHandsItsAttributesOn() {
        withLocks().withBean(Composed.class).run(context -> {
            LockManager locks = context.getBean(LockManager.class);
            Holds.elsewhere(locks, "account:7");
            Composed bean = context.getBean(Composed.class);
            assertThatThrownBy(() -> bean.impatient(7)).isInstanceOf(LockTimeoutException.class);
        });
    }

    @Test
    void onAMethodOfAGenericType() {
        withLocks().withBean(Orders.class).run(context -> {
            @SuppressWarnings("unchecked")
            Store<Order> store = context.getBean(Store.class);
            assertThat(store.save(new Order("7"))).containsExactly("WRITE order:7");
            assertThat(context.getBean(Orders.class).save(new Order("8"))).containsExactly("WRITE order:8");
            assertThat(store.load("9")).containsExactly("READ order:9");
        });
    }

    @Test
    void asTheirModeSays() {
        withLocks()
                .withPropertyValues("interlock.distributed.backend=memory")
                .withBean(DistributedReports.class)
                .run(context -> {
                    DistributedReports reports = context.getBean(DistributedReports.class);
                    assertThat(reports.write()).containsExactly("WRITE report");
                    assertThat(reports.read()).containsExactly("READ report");
                });
    }

    private static <T> ListAssert<String> assertHeld(Class<T> type, Function<T, List<String>> call) {
        AtomicReference<List<String>> held = new AtomicReference<>();
        withLocks().withBean(type).run(context -> {
            held.set(call.apply(context.getBean(type)));
            Holds.assertNothingLeft(context.getBean(LockManager.class));
        });
        return assertThat(held.get());
    }

    static class OnMethods extends LockedBean {

        @WriteLock("one")
        public List<String> annotated() {
            return held();
        }

        public List<String> plain() {
            return held();
        }

        @WriteLock("package")
        List<String> ofPackage() {
            return held();
        }

        @WriteLock("family")
        protected List<String> ofFamily() {
            return held();
        }

        @WriteLock("three")
        @WriteLock("one")
        @ReadLock("four")
        @WriteLock("two")
        public List<String> several() {
            return held();
        }

        @ReadLock("one")
        @WriteLock("one")
        public List<String> readAndWrite() {
            return held();
        }
    }

    @ReadLock("class")
    static class OnClass extends LockedBean {

        public List<String> plain() {
            return held();
        }

        @WriteLock("method")
        public List<String> withItsOwn() {
            return held();
        }

        List<String> ofPackage() {
            return held();
        }

        protected List<String> ofFamily() {
            return held();
        }

        @Override
        public String toString() {
            return held().toString();
        }
    }

    static class Base extends LockedBean {

        @ReadLock("base")
        public List<String> inherited() {
            return held();
        }

        @ReadLock("base")
        public List<String> overridden() {
            return List.of();
        }

        @ReadLock("base")
        public List<String> overriddenAnew() {
            return List.of();
        }
    }

    static class Derived extends Base {

        @Override
        public List<String> overridden() {
            return held();
        }

        @Override
        @WriteLock("derived")
        public List<String> overriddenAnew() {
            return held();
        }
    }

    static class DerivedFromLocked extends OnClass {

        public List<String> own() {
            return held();
        }
    }

    @ReadLock("contract")
    interface Contract {

        @WriteLock(value = "contract", key = "#id")
        List<String> annotated(String id);

        @WriteLock(value = "default", key = "#id")
        default List<String> byDefault(String id) {
            return look();
        }

        @WriteLock("contract")
        List<String> implementedWithItsOwn();

        List<String> plain();

        List<String> look();
    }

    static class Implementation extends LockedBean implements Contract {

        @Override
        public List<String> annotated(String calledOtherwise) {
            return held();
        }

        @Override
        @WriteLock("own")
        public List<String> implementedWithItsOwn() {
            return held();
        }

        @Override
        public List<String> plain() {
            return held();
        }

        @Override
        public List<String> look() {
            return held();
        }
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @WriteLock("account")
    @interface AccountLock {

        @AliasFor(annotation = WriteLock.class, attribute = "key")
        String by();

        @AliasFor(annotation = WriteLock.class)
        String timeout() default "";
    }

    static class Composed extends LockedBean {

        @AccountLock(by = "#id")
        public List<String> byKey(long id) {
            return held();
        }

        @AccountLock(by = "#id", timeout = "0s")
        public List<String> impatient(long id) {
            return held();
        }

        @AccountLock(by = "#account")
        @ReadLock(value = "order", key = "#order")
        public List<String> twice(long account, long order) {
            return held();
        }
    }

    record Order(String id) {}

    interface Store<T> {

        @WriteLock(value = "order", key = "#saved.id")
        List<String> save(T saved);

        @ReadLock(value = "order", key = "#id")
        List<String> load(String id);
    }

    static class Orders extends LockedBean implements Store<Order> {

        @Override
        public List<String> save(Order saved) {
            return held();
        }

        @Override
        public List<String> load(String id) {
            return held();
        }
    }

    static class DistributedReports extends LockedBean {

        @DistributedLock("report")
        public List<String> write() {
            return held();
        }

        @DistributedLock(value = "report", mode = LockMode.READ)
        public List<String> read() {
            return held();
        }
    }
}
