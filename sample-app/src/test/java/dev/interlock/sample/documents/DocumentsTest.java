package dev.interlock.sample.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.sample.Sample;
import dev.interlock.sample.Sample.Answer;
import dev.interlock.sample.Sample.Pending;
import dev.interlock.sample.SampleTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;

@SampleTest
class DocumentsTest {

    private final Sample sample;
    private final DocumentService documents;
    private final DocumentDesk desk;
    private final JdbcClient database;

    DocumentsTest(
            @LocalServerPort int port,
            @Autowired DocumentService documents,
            @Autowired DocumentDesk desk,
            @Autowired JdbcClient database) {
        sample = new Sample(port);
        this.documents = documents;
        this.desk = desk;
        this.database = database;
    }

    @Test
    void everyEditMakesAVersion() {
        int before = version();

        Answer edited = sample.post("/documents/1/edits?line=ring+twice").expect(200);

        assertThat(edited.all())
                .containsOnlyKeys("id", "title", "text", "version")
                .containsEntry("title", "House rules");
        assertThat(edited.text("$.text")).endsWith("\nring twice");
        assertThat(edited.number("$.version")).isEqualTo(before + 1).isEqualTo(version());
    }

    @Test
    void noEditIsLostWhetherAnnotatedOrByHand() {
        int before = version();

        List<Pending> edits = IntStream.range(0, 24)
                .mapToObj(n -> "/documents/1/" + (n % 2 == 0 ? "edits" : "edits-by-hand") + "?line=note+" + n + ".")
                .map(sample::postLater)
                .toList();

        List<String> stored = new ArrayList<>();
        for (int n = 0; n < edits.size(); n++) {
            Answer answer = edits.get(n).answer();
            if (answer.status() == 200) {
                stored.add("note " + n + ".");
            } else {
                assertThat(answer.expect(409).text("$.detail")).contains("'document:1' was given up after 6 tries");
            }
        }
        assertThat(stored).isNotEmpty();
        assertThat(version()).isEqualTo(before + stored.size());
        assertThat(text().lines().filter(line -> line.startsWith("note "))).containsExactlyInAnyOrderElementsOf(stored);
    }

    @Test
    void whatChangesBehindTheStampIsNotOverwrittenEither() throws InterruptedException {
        int before = version();
        AtomicInteger tries = new AtomicInteger();

        Document stored = documents.edit(1, read -> {
            if (tries.incrementAndGet() == 1) {
                inAnotherThread(() -> database.sql("update document set version = version + 1 where id = 1")
                        .update());
            }
            return read.withLine("after the other one");
        });

        assertThat(tries).hasValue(2);
        assertThat(stored.version()).isEqualTo(before + 2).isEqualTo(version());
    }

    @Test
    void byHandNoTransactionIsOpenWhileThePenWrites() throws InterruptedException {
        List<Boolean> open = new ArrayList<>();
        Pen pen = read -> {
            open.add(TransactionSynchronizationManager.isActualTransactionActive());
            return read.withLine("written");
        };

        documents.edit(1, pen);
        desk.edit(1, pen);

        assertThat(open).containsExactly(true, false);
    }

    @Test
    void reorganisingSortsTheLinesAndKeepsEachOnce() {
        List.of("b", "a", "b")
                .forEach(line -> sample.post("/documents/3/edits?line=" + line).expect(200));

        Answer reorganised = sample.post("/documents/3/reorganisations").expect(200);

        assertThat(reorganised.text("$.text").lines())
                .isSorted()
                .doesNotHaveDuplicates()
                .contains("a", "b");
    }

    @Test
    void aTitleIsChanged() {
        Answer retitled = put("/documents/3/title?title=Prices").expect(200);

        assertThat(retitled.text("$.title")).isEqualTo("Prices");
        assertThat(sample.get("/documents").expect(200).texts("$[?(@.id == 3)].title"))
                .containsExactly("Prices");
    }

    @Test
    void aFormIsStoredOnce() {
        String stamp = stamp();
        String before = sample.get("/documents/1/form").expect(200).text("$.text");
        int version = version();

        Answer stored = submit(stamp, before + " now").expect(200);

        assertThat(stored.number("$.version")).isEqualTo(version + 1).isEqualTo(version());
        assertThat(text()).isEqualTo(before + " now");
        assertTooOld(submit(stamp, "twice"));
        submit(stamp(), before).expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"edits?line=faster", "edits-by-hand?line=faster"})
    void aFormIsRefusedIfTheDocumentHasBeenChangedSince(String change) {
        String stamp = stamp();
        sample.post("/documents/1/" + change).expect(200);

        assertTooOld(submit(stamp, "late"));
    }

    @Test
    void aFormIsNotOutdatedByOtherDocuments() {
        String stamp = stamp();
        sample.post("/documents/3/edits?line=elsewhere").expect(200);

        submit(stamp, text()).expect(200);
    }

    private void assertTooOld(Answer answer) {
        assertThat(answer.expect(409).text("$.title")).isEqualTo("Somebody else came first");
        assertThat(answer.text("$.detail"))
                .startsWith("document 1 has been changed since you got this form, and nothing has been stored");
        assertThat(text()).isNotIn("late", "twice");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET  | /documents/99                              | 404 | there is no document 99
                    POST | /documents/99/edits?line=x                 | 404 | there is no document 99
                    POST | /documents/99/edits-by-hand?line=x         | 404 | there is no document 99
                    POST | /documents/99/reorganisations              | 404 | there is no document 99
                    PUT  | /documents/99/title?title=x                | 404 | there is no document 99
                    GET  | /documents/99/form                         | 404 | there is no document 99
                    PUT  | /documents/99/form?title=x&text=&stamp=0-0 | 404 | there is no document 99
                    GET  | /documents/me                              | 400 | Failed to convert 'id' with value: 'me'
                    POST | /documents/1/edits                         | 400 | Required parameter 'line' is not present
                    POST | /documents/1/edits?line=%20                | 400 | the line is not one line of 1 to 80 characters
                    POST | /documents/1/edits?line=a%0Ab              | 400 | the line is not one line of 1 to 80 characters
                    PUT  | /documents/1/title?title=                  | 400 | the title is not one line of 1 to 80 characters
                    PUT  | /documents/1/form?title=x&text=%00&stamp=0-0 | 400 | the text is not one of up to 1000 characters
                    PUT  | /documents/1/form?title=x&text=&stamp=new  | 400 | the stamp is 'new'; send the one that came with the form
                    PUT  | /documents/1/form?title=x&text=            | 400 | Required parameter 'stamp' is not present
                    """)
    void whatCannotBeIsRefusedWithTheReasonAndChangesNothing(String method, String path, int status, String reason) {
        int before = version();

        assertThat(sample.ask(method, path).answer().expect(status).text("$.detail"))
                .contains(reason);

        assertThat(version()).isEqualTo(before);
    }

    @Test
    void aDocumentThatWouldBeTooLongLosesItsFirstLines() {
        Document full = new Document(7, "Full", "x".repeat(80) + '\n' + "y".repeat(919), 1);

        assertThat(full.withLine("z".repeat(80)).text()).isEqualTo("y".repeat(919) + '\n' + "z".repeat(80));
        assertThat(full.withText("x".repeat(1000)).withLine("z").text()).isEqualTo("z");
        assertThat(full.withText("x".repeat(998)).withLine("z").text()).hasSize(1000);
        assertThat(full.withText("").withLine("z").text()).isEqualTo("z");
    }

    private static void inAnotherThread(Runnable work) {
        CompletableFuture.runAsync(work).join();
    }

    private Answer submit(String stamp, String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
        return put("/documents/1/form?title=House+rules&text=" + encoded + "&stamp=" + stamp);
    }

    private Answer put(String path) {
        return sample.ask("PUT", path).answer();
    }

    private String stamp() {
        return sample.get("/documents/1/form").expect(200).text("$.stamp");
    }

    private int version() {
        return sample.get("/documents/1").expect(200).number("$.version");
    }

    private String text() {
        return sample.get("/documents/1").expect(200).text("$.text");
    }
}
