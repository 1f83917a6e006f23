package dev.interlock.spring.aop;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The classes of the tests, without some of the libraries that an application may have or not. */
final class Classpath {

    private Classpath() {}

    /** Runs a class of the tests, which must not be used otherwise before, where no library is whose file name matches. */
    static void runWithout(String files, Class<? extends Runnable> program) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader classes = without(Pattern.compile(files))) {
            Thread.currentThread().setContextClassLoader(classes);
            Object instance = classes.loadClass(program.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            Runnable.class.getMethod("run").invoke(instance);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getTargetException().toString(), e.getTargetException());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static URLClassLoader without(Pattern files) throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        int left = 0;
        for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            File file = new File(each);
            if (files.matcher(file.getName()).find()) {
                left++;
            } else {
                urls.add(file.toURI().toURL());
            }
        }
        if (left == 0) {
            throw new IllegalStateException("nothing is called " + files);
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
