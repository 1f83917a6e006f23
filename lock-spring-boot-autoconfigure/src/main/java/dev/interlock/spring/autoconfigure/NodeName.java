package dev.interlock.spring.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a process is called that was not given a name: {@code orders-4711@web-1}. */
final class NodeName {

    private NodeName() {}

    static String of(@Nullable String application) {
        String name = application == null || application.isBlank() ? "application" : application.strip();
        return name + "-" + ProcessHandle.current().pid() + "@" + host();
    }

    /** The environment first: asking the resolver takes seconds on some machines. */
    private static String host() {
        return Stream.of("HOSTNAME", "COMPUTERNAME")
                .map(variable -> Optional.ofNullable(System.getenv(variable)).orElse(""))
                .filter(value -> !value.isBlank())
                .findFirst()
                .orElseGet(NodeName::resolvedHost);
    }

    private static String resolvedHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }
}
