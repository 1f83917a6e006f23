package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the documents show as Java is Java. A block that begins with an annotation, or with a type or a method of its own, is taken
 * as members of a class; any other as the body of a method that has a {@code LockManager locks}.
 */
@Tag("once")
class DocumentationTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern MEMBERS = Pattern.compile("^(@|public |class |interface |record )");
    private static final String IMPORTS = Stream.of(
                    "dev.interlock",
                    "dev.interlock.annotation",
                    "dev.interlock.deadlock",
                    "dev.interlock.engine",
                    "dev.interlock.entity",
                    "dev.interlock.event",
                    "dev.interlock.jmx",
                    "dev.interlock.monitor",
                    "dev.interlock.optimistic",
                    "com.zaxxer.hikari",
                    "dev.interlock.spi",
                    "dev.interlock.spring.autoconfigure",
                    "dev.interlock.spring.jdbc",
                    "dev.interlock.store.jdbc",
                    "dev.interlock.testkit",
                    "io.micrometer.observation",
                    "java.lang.annotation",
                    "java.math",
                    "java.time",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "java.util.concurrent.locks",
                    "java.util.stream",
                    "javax.sql",
                    "org.springframework.beans.factory.annotation",
                    "org.springframework.context.annotation",
                    "org.springframework.context.event",
                    "org.springframework.core.annotation",
                    "org.springframework.jdbc.core.simple",
                    "org.springframework.scheduling.annotation",
                    "org.springframework.stereotype",
                    "org.springframework.transaction.annotation",
                    "org.springframework.transaction.support")
            .map(name -> "import " + name + ".*;\n")
            .reduce(
                    "import static org.assertj.core.api.Assertions.*;\nimport dev.interlock.optimistic.Change;\n",
                    String::concat);

    @TempDir
    Path classes;

    @TestFactory
    List<DynamicTest> everyExampleCompiles() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path document : documents()) {
            Matcher blocks = BLOCK.matcher(Files.readString(document));
            while (blocks.find()) {
                String example = blocks.group(1);
                String name = document.getFileName() + ": "
                        + example.lines().findFirst().orElse("");
                tests.add(DynamicTest.dynamicTest(name, () -> compile(example)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(10);
        return tests;
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> guides = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), guides)
                    .filter(each -> each.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static String source(String example) {
        if (MEMBERS.matcher(example).find()) {
            return IMPORTS + "class Example {\n" + example + "}";
        }
        boolean bringsLocks = example.contains("LockManager locks =");
        return IMPORTS + "class Example { void show(" + (bringsLocks ? "" : "LockManager locks")
                + ") throws Exception {\n" + example + "}}";
    }

    private void compile(String example) {
        String source = source(example);
        StringWriter problems = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        boolean compiled = compiler.getTask(
                        problems,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-proc:none"),
                        null,
                        List.of(new Source(source)))
                .call();
        assertThat(compiled).as(problems.toString()).isTrue();
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String text) {
            super(URI.create("string:///Example.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
