package dev.interlock.spring.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.MimeType;

/** The page that a browser sees of the locks, and what belongs to it. */
public final class Dashboard {

    private static final String PAGE = "page.html";

    /** Nothing else is ever served, whatever is asked for. */
    static final List<String> ASSETS = List.of(
            "style.css",
            "main.js",
            "api.js",
            "charts.js",
            "detail.js",
            "dom.js",
            "format.js",
            "glance.js",
            "graph.js",
            "known.js",
            "layout.js",
            "locks.js",
            "operations.js",
            "release.js",
            "samples.js",
            "statistics.js",
            "stories.js");

    private final PagePlace place;
    private final String page = read(PAGE);
    private final Map<String, DashboardAsset> assets = new LinkedHashMap<>();

    Dashboard(PagePlace place) {
        this.place = place;
        ASSETS.forEach(name -> assets.put(name, new DashboardAsset(read(name), typeOf(name))));
    }

    /** The page, which knows where it is and what else can be seen. */
    public DashboardAsset page() {
        return new DashboardAsset(place.writeInto(page), typeOf(PAGE));
    }

    /** The script or style of this name, if there is one. */
    public Optional<DashboardAsset> asset(String name) {
        return Optional.ofNullable(assets.get(name));
    }

    private static MimeType typeOf(String name) {
        String kind = name.substring(name.lastIndexOf('.') + 1);
        return new MimeType("text", kind.equals("js") ? "javascript" : kind, StandardCharsets.UTF_8);
    }

    private static String read(String name) {
        try {
            return new ClassPathResource(name, Dashboard.class).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException missing) {
            throw new UncheckedIOException("'" + name + "' of the dashboard cannot be read", missing);
        }
    }
}
