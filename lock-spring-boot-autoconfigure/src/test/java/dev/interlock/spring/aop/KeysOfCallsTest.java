package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockManager;
import dev.interlock.annotation.WriteLock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Each method answers with what is held while it runs. */
class KeysOfCallsTest {

    private final ApplicationContextRunner runner = withLocks()
            .withPropertyValues("lock.type=typed", "lock.key=#id")
            .withBean("regions", Regions.class)
            .withBean(Keyed.class);

    @Test
    void anArgument() {
        assertHeld(bean -> bean.id(7)).containsExactly("WRITE a:7");
        assertHeld(bean -> bean.spaced("x")).containsExactly("WRITE a:x");
        assertHeld(bean -> bean.any(UUID.fromString("11111111-2222-3333-4444-555555555555")))
                .containsExactly("WRITE a:11111111-2222-3333-4444-555555555555");
        assertHeld(bean -> bean.any(Color.RED)).containsExactly("WRITE a:RED");
        assertHeld(bean -> bean.any('c')).containsExactly("WRITE a:c");
    }

    @Test
    void aPropertyOfAnArgument() {
        assertHeld(bean -> bean.nested(new Order(new Customer("c1")))).containsExactly("WRITE a:c1");
        assertHeld(bean -> bean.nested(new OrderRecord(new CustomerRecord("c2"))))
                .containsExactly("WRITE a:c2");
        assertHeld(bean -> bean.nested(Map.of("customer", Map.of("id", "c3")))).containsExactly("WRITE a:c3");
        assertHeld(bean -> bean.indexed(Map.of("id", "c4"))).containsExactly("WRITE a:c4");
        assertHeld(bean -> bean.safely(new Order(new Customer("c5")))).containsExactly("WRITE a:c5");
    }

    @Test
    void whatTheRootKnows() {
        assertHeld(bean -> bean.rootMethod(7)).containsExactly("WRITE a:rootMethod");
        assertHeld(bean -> bean.rootMethodName(7)).containsExactly("WRITE a:rootMethodName");
        assertHeld(bean -> bean.rootMethodNameAlone(7)).containsExactly("WRITE a:rootMethodNameAlone");
        assertHeld(bean -> bean.rootArgs(7)).containsExactly("WRITE a:7");
        assertHeld(bean -> bean.rootTarget(7)).containsExactly("WRITE a:prefix-7");
        assertHeld(bean -> bean.rootTargetClass(7)).containsExactly("WRITE a:Keyed");
    }

    @Test
    void anArgumentByItsPlace() {
        assertHeld(bean -> bean.byPlace("x", "y")).containsExactly("WRITE a:y", "WRITE b:x");
    }

    @Test
    void whatABeanSays() {
        assertHeld(bean -> bean.ofBean(7)).containsExactly("WRITE a:region of 7");
    }

    @Test
    void aTextPutTogether() {
        assertHeld(bean -> bean.concatenated("x", 7)).containsExactly("WRITE a:x/7");
        assertHeld(bean -> bean.fixed()).containsExactly("WRITE a:fixed");
    }

    @Test
    void eachElementOfWhatHasSeveral() {
        assertHeld(bean -> bean.any(List.of(2, 1, 2))).containsExactly("WRITE a:1", "WRITE a:2");
        assertHeld(bean -> bean.any(Set.of("x"))).containsExactly("WRITE a:x");
        assertHeld(bean -> bean.any(new String[] {"x", "y"})).containsExactly("WRITE a:x", "WRITE a:y");
        assertHeld(bean -> bean.any(new long[] {1, 2})).containsExactly("WRITE a:1", "WRITE a:2");
        Iterable<String> several = () -> List.of("x", "y").iterator();
        assertHeld(bean -> bean.any(several)).containsExactly("WRITE a:x", "WRITE a:y");
        assertHeld(bean -> bean.any(Map.of("x", "value"))).containsExactly("WRITE a:x");
        assertHeld(bean -> bean.any(Optional.of(List.of("x", "y")))).containsExactly("WRITE a:x", "WRITE a:y");
        assertHeld(bean -> bean.any(List.of(Optional.of("x")))).containsExactly("WRITE a:x");
    }

    @Test
    void whatIsInAnOptional() {
        assertHeld(bean -> bean.any(Optional.of(7))).containsExactly("WRITE a:7");
    }

    @Test
    void aPathIsOneKey() {
        assertHeld(bean -> bean.any(Path.of("/etc/hosts"))).containsExactly("WRITE a:/etc/hosts");
    }

    @Test
    void theIdsOfSeveral() {
        assertHeld(bean -> bean.projected(List.of(new CustomerRecord("x"), new CustomerRecord("y"))))
                .containsExactly("WRITE a:x", "WRITE a:y");
        assertHeld(bean -> bean.selected(List.of(1, 5, 9))).containsExactly("WRITE a:5", "WRITE a:9");
    }

    @Test
    void ofNoneNothingIsLocked() {
        assertHeld(bean -> bean.any(List.of())).isEmpty();
        assertHeld(bean -> bean.any(new int[0])).isEmpty();
        assertHeld(bean -> bean.projected(List.of())).isEmpty();
    }

    @Test
    void ofSeveralAnnotationsAllCount() {
        assertHeld(bean -> bean.transfer(List.of(3L, 1L), 2)).containsExactly("WRITE a:1", "WRITE a:2", "WRITE a:3");
    }

    @Test
    void placeholdersAreReplacedInTypeAndKey() {
        assertHeld(bean -> bean.placeholders(7)).containsExactly("WRITE typed:7");
        assertHeld(bean -> bean.placeholderName()).containsExactly("WRITE typed-name");
    }

    private ListAssert<String> assertHeld(Function<Keyed, List<String>> call) {
        AtomicReference<List<String>> held = new AtomicReference<>();
        runner.run(context -> {
            held.set(call.apply(context.getBean(Keyed.class)));
            Holds.assertNothingLeft(context.getBean(LockManager.class));
        });
        return assertThat(held.get());
    }

    enum Color {
        RED
    }

    record OrderRecord(CustomerRecord customer) {}

    record CustomerRecord(String id) {}

    static final class Order {

        private final Customer customer;

        Order(Customer customer) {
            this.customer = customer;
        }

        public Customer getCustomer() {
            return customer;
        }
    }

    static final class Customer {

        private final String id;

        Customer(String id) {
            this.id = id;
        }

        public String getId() {
            return id;
        }
    }

    static class Regions {
        public String of(long id) {
            return "region of " + id;
        }
    }

    static class Keyed extends LockedBean {

        public String getPrefix() {
            return "prefix-";
        }

        @WriteLock(value = "a", key = "#id")
        public List<String> id(long id) {
            return held();
        }

        @WriteLock(value = "a", key = "  #id ")
        public List<String> spaced(String id) {
            return held();
        }

        @WriteLock(value = "a", key = "#key")
        public List<String> any(@Nullable Object key) {
            return held();
        }

        @WriteLock(value = "a", key = "#order.customer.id")
        public List<String> nested(Object order) {
            return held();
        }

        @WriteLock(value = "a", key = "#order['id']")
        public List<String> indexed(Map<String, String> order) {
            return held();
        }

        @WriteLock(value = "a", key = "#order?.customer?.id")
        public List<String> safely(Order order) {
            return held();
        }

        @WriteLock(value = "a", key = "#root.method.name")
        public List<String> rootMethod(long id) {
            return held();
        }

        @WriteLock(value = "a", key = "#root.methodName")
        public List<String> rootMethodName(long id) {
            return held();
        }

        @WriteLock(value = "a", key = "methodName")
        public List<String> rootMethodNameAlone(long id) {
            return held();
        }

        @WriteLock(value = "a", key = "#root.args[0]")
        public List<String> rootArgs(long id) {
            return held();
        }

        @WriteLock(value = "a", key = "#root.target.prefix + #id")
        public List<String> rootTarget(long id) {
            return held();
        }

        @WriteLock(value = "a", key = "#root.targetClass.simpleName")
        public List<String> rootTargetClass(long id) {
            return held();
        }

        @WriteLock(value = "a", key = "#p1")
        @WriteLock(value = "b", key = "#a0")
        public List<String> byPlace(String one, String two) {
            return held();
        }

        @WriteLock(value = "a", key = "@regions.of(#id)")
        public List<String> ofBean(long id) {
            return held();
        }

        @WriteLock(value = "a", key = "#one + '/' + #two")
        public List<String> concatenated(String one, int two) {
            return held();
        }

        @WriteLock(value = "a", key = "'fixed'")
        public List<String> fixed() {
            return held();
        }

        @WriteLock(value = "a", key = "#customers.![id]")
        public List<String> projected(List<CustomerRecord> customers) {
            return held();
        }

        @WriteLock(value = "a", key = "#numbers.?[#this > 3]")
        public List<String> selected(List<Integer> numbers) {
            return held();
        }

        @WriteLock(value = "a", key = "#from")
        @WriteLock(value = "a", key = "#to")
        public List<String> transfer(List<Long> from, long to) {
            return held();
        }

        @WriteLock(value = "${lock.type}", key = "${lock.key}")
        public List<String> placeholders(long id) {
            return held();
        }

        @WriteLock("${lock.type}-${lock.missing:name}")
        public List<String> placeholderName() {
            return held();
        }
    }
}
