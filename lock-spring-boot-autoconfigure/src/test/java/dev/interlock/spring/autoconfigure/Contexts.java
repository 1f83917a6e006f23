package dev.interlock.spring.autoconfigure;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** Applications to try things in. */
final class Contexts {

    private Contexts() {}

    static ApplicationContextRunner withLocks() {
        return new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(InterlockAutoConfiguration.class, DisabledLocksAutoConfiguration.class));
    }

    /** Whatever an earlier test has made of the levels. */
    static void logInfo() {
        LoggingSystem.get(Contexts.class.getClassLoader()).setLogLevel("dev.interlock", LogLevel.INFO);
    }

    /** What the user is told: by the first analyzer that has something to say, as Spring Boot asks them. */
    static FailureAnalysis analysisOf(Throwable failure) {
        ArgumentResolver arguments = ArgumentResolver.of(BeanFactory.class, new DefaultListableBeanFactory())
                .and(Environment.class, new StandardEnvironment());
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, arguments, FailureHandler.handleMessage((message, failed) -> {}))
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(analysis -> analysis != null)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no analyzer has anything to say", failure));
    }
}
