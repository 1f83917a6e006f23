package dev.interlock.spring.aop;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Classes that are compiled otherwise than the tests are. */
final class Compiled {

    private Compiled() {}

    /** A class whose methods do not know what their parameters are called. */
    static Class<?> withoutParameterNames(String name, String... lines) throws Exception {
        Path classes = Files.createTempDirectory("compiled");
        try {
            compile(classes, new Source(name, String.join("\n", lines)));
            return load(name, classes);
        } finally {
            Files.deleteIfExists(classes.resolve(name + ".class"));
            Files.deleteIfExists(classes);
        }
    }

    private static void compile(Path classes, Source source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-classpath", System.getProperty("java.class.path"));
        if (!compiler.getTask(null, null, null, options, null, List.of(source)).call()) {
            throw new IllegalArgumentException("this does not compile: " + source.text);
        }
    }

    private static Class<?> load(String name, Path classes) throws IOException, ClassNotFoundException {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, Compiled.class.getClassLoader())) {
            return loader.loadClass(name);
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String name, String text) {
            super(URI.create("memory:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoringEncodingErrors) {
            return text;
        }
    }
}
