package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockTimeoutException;
import dev.interlock.OptimisticConflictException;
import dev.interlock.annotation.OnConflict;
import dev.interlock.annotation.Optimistic;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import io.reactivex.rxjava3.core.Single;
import jakarta.servlet.http.HttpServletRequest;
import java.io.InputStream;
import java.io.Reader;
import java.sql.ResultSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.multipart.MultipartFile;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Each mistake with {@code @Optimistic} ends the start, and says what is wrong, where, and what to do. */
@SuppressWarnings("unused")
class OptimisticMistakesTest {

    @ParameterizedTest
    @ValueSource(
            classes = {
                AnswersWithAStream.class,
                AnswersWithAnIterator.class,
                AnswersWithAnInputStream.class,
                AnswersWithAReader.class
            })
    void anAnswerThatIsReadAfterwards(Class<?> bean) {
        assertRefused(bean, "Answer with").hasMessageContaining("which is read after the method has returned");
    }

    @Test
    void anAnswerOfManyValues() {
        assertRefused(AnswersWithAFlux.class, "collectList()")
                .hasMessageContaining("AnswersWithAFlux.work() answers with a reactor.core.publisher.Flux");
    }

    @Test
    void anAnswerThatIsNobodyKnowsWhen() {
        assertRefused(AnswersWithAFuture.class, "CompletableFuture")
                .hasMessageContaining("there is no telling when that is complete");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                TakesAnInputStream.class,
                TakesAReader.class,
                TakesAnIterator.class,
                TakesAStream.class,
                TakesAMono.class,
                TakesAResultSet.class,
                TakesARequest.class
            })
    void anArgumentThatCanBeUsedOnceOnly(Class<?> bean) {
        assertRefused(bean, "Read it before")
                .hasMessageContaining(bean.getSimpleName() + ".work(")
                .hasMessageContaining("which can be used once only");
    }

    @Test
    void argumentsThatCanBeReadAgainAreNone() {
        withLocks().withBean(TakesAFile.class).run(context -> assertThat(context)
                .hasNotFailed());
    }

    @Test
    void aPrivateMethod() {
        assertRefused(PrivateMethod.class, "OptimisticLocks")
                .hasMessageContaining("PrivateMethod.work() has @Optimistic, but is private")
                .hasMessageContaining("the proxy that tries it again");
    }

    @Test
    void aFinalMethod() {
        assertRefused(FinalMethod.class, "neither private nor static nor final")
                .hasMessageContaining("FinalMethod.work() has @Optimistic, but is final");
    }

    @Test
    void aFinalClass() {
        assertRefused(FinalClass.class, "Make the class not final")
                .hasMessageContaining("there can be no proxy that tries it again");
    }

    @Test
    void aKeyOfAnUnknownParameter() {
        assertRefused(UnknownParameter.class, "Use the name of a parameter")
                .hasMessageContaining("The key '#name' of UnknownParameter.work(long) speaks of #name");
    }

    @Test
    void aKeyThatIsACollection() {
        assertRefused(SeveralKeys.class, "@WriteLock")
                .hasMessageContaining("The key '#ids' of SeveralKeys.work(List) is a List")
                .hasMessageContaining("an operation is on one resource");
    }

    @Test
    void anUnknownKind() {
        assertRefused(UnknownKind.class, "as the message says")
                .hasMessageContaining("there is no kind of operation 'URGENT'")
                .hasMessageContaining("STRUCTURAL, NORMAL, LOW")
                .hasMessageContaining("interlock.optimistic.kinds");
    }

    @Test
    void aBlankKind() {
        assertRefused(BlankKind.class, "STRUCTURAL, NORMAL or LOW").hasMessageContaining("has a blank kind");
    }

    @Test
    void aTimeThatIsNone() {
        assertRefused(BadTimeout.class, "PT5S").hasMessageContaining("has the timeout 'soon', which is no duration");
        assertRefused(NoTime.class, "above zero").hasMessageContaining("has the timeout '0s', which is nothing");
    }

    @Test
    void fewerRetriesThanNone() {
        assertRefused(NegativeRetries.class, "Use 0 for one try").hasMessageContaining("has the retries -2");
    }

    @Test
    void aFallbackThatIsForAnotherFailure() {
        assertRefused(OtherFallback.class, "followed by a OptimisticConflictException")
                .hasMessageContaining("The fallback 'instead' of OtherFallback.work() is not there");
    }

    @Test
    void aFallbackThatWouldNotBeTriedAgain() {
        assertRefused(TriedFallback.class, "Take the annotation off it").hasMessageContaining("has @Optimistic");
    }

    @Test
    void twoThingsToDoAtTheEnd() {
        assertRefused(SkipAndFallback.class, "onConflict = SKIP").hasMessageContaining("[instead, SKIP]");
    }

    @Test
    void skippingWhatCannotBeEmpty() {
        assertRefused(SkippedSingle.class, "name a fallback").hasMessageContaining("a Single cannot be empty");
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Class<?> bean, String wayOut) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        withLocks().withBean(bean).run(context -> failure.set(refusal(context.getStartupFailure())));
        return assertThat(failure.get())
                .isInstanceOfSatisfying(LockConfigurationException.class, refusal -> assertThat(refusal.action())
                        .contains(wayOut));
    }

    /** Where proxies are made it is what a bean could not be created for. */
    private static @Nullable Throwable refusal(@Nullable Throwable failure) {
        Throwable each = failure;
        while (each != null && !(each instanceof LockConfigurationException)) {
            each = each.getCause();
        }
        return each;
    }

    static class AnswersWithAStream {
        @Optimistic("document")
        public Stream<String> work() {
            return Stream.empty();
        }
    }

    static class AnswersWithAnIterator {
        @Optimistic("document")
        public Iterator<String> work() {
            return List.<String>of().iterator();
        }
    }

    static class AnswersWithAnInputStream {
        @Optimistic("document")
        public InputStream work() {
            return InputStream.nullInputStream();
        }
    }

    static class AnswersWithAReader {
        @Optimistic("document")
        public Reader work() {
            return Reader.nullReader();
        }
    }

    static class AnswersWithAFlux {
        @Optimistic("document")
        public Flux<String> work() {
            return Flux.empty();
        }
    }

    static class AnswersWithAFuture {
        @Optimistic("document")
        public @Nullable Future<String> work() {
            return null;
        }
    }

    static class TakesAnInputStream {
        @Optimistic("document")
        public void work(InputStream in) {}
    }

    static class TakesAReader {
        @Optimistic("document")
        public void work(Reader in) {}
    }

    static class TakesAnIterator {
        @Optimistic("document")
        public void work(Iterator<String> lines) {}
    }

    static class TakesAStream {
        @Optimistic("document")
        public void work(Stream<String> lines) {}
    }

    static class TakesAMono {
        @Optimistic("document")
        public void work(Mono<String> body) {}
    }

    static class TakesAResultSet {
        @Optimistic("document")
        public void work(ResultSet rows) {}
    }

    static class TakesARequest {
        @Optimistic("document")
        public void work(HttpServletRequest request) {}
    }

    static class TakesAFile {
        @Optimistic("document")
        public void work(MultipartFile file, List<String> lines, byte[] bytes) {}
    }

    static class PrivateMethod {
        @Optimistic("document")
        private void work() {}
    }

    static class FinalMethod {
        @Optimistic("document")
        public final void work() {}
    }

    static final class FinalClass {
        @Optimistic("document")
        public void work() {}
    }

    static class UnknownParameter {
        @Optimistic(value = "document", key = "#name")
        public void work(long id) {}
    }

    static class SeveralKeys {
        @Optimistic(value = "document", key = "#ids")
        public void work(List<String> ids) {}
    }

    static class UnknownKind {
        @Optimistic(value = "document", kind = "URGENT")
        public void work() {}
    }

    static class BlankKind {
        @Optimistic(value = "document", kind = " ")
        public void work() {}
    }

    static class BadTimeout {
        @Optimistic(value = "document", timeout = "soon")
        public void work() {}
    }

    static class NoTime {
        @Optimistic(value = "document", timeout = "0s")
        public void work() {}
    }

    static class NegativeRetries {
        @Optimistic(value = "document", retries = -2)
        public void work() {}
    }

    static class OtherFallback {
        @Optimistic(value = "document", fallback = "instead")
        public void work() {}

        void instead(LockTimeoutException timeout) {}
    }

    static class TriedFallback {
        @Optimistic(value = "document", fallback = "instead")
        public void work() {}

        @Optimistic("document")
        public void instead(OptimisticConflictException conflict) {}
    }

    static class SkipAndFallback {
        @Optimistic(value = "document", fallback = "instead", onConflict = OnConflict.SKIP)
        public void work() {}

        void instead() {}
    }

    static class SkippedSingle {
        @Optimistic(value = "document", onConflict = OnConflict.SKIP)
        public Single<String> work() {
            return Single.just("");
        }
    }
}
