package dev.interlock.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Lines over a few named points, as a picture that a browser shows. */
final class Plot {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 360;
    private static final int LEFT = 70;
    private static final int BOTTOM = 310;
    private static final int TOP = 50;
    private static final int RIGHT = 470;
    private static final String[] COLOURS = {"#1f6feb", "#d1242f", "#57606a", "#8250df"};

    private record Line(String name, List<Double> values) {}

    private final String title;
    private final String below;
    private final List<String> points;
    private final List<Line> lines = new ArrayList<>();

    /** A picture with this title, and this to say of the points. */
    Plot(String title, String below, List<String> points) {
        this.title = title;
        this.below = below;
        this.points = List.copyOf(points);
    }

    /** With one line more, that has a value at each of these. */
    <T> Plot with(String name, List<T> all, ToDoubleFunction<T> value) {
        lines.add(new Line(name, all.stream().mapToDouble(value).boxed().toList()));
        return this;
    }

    private double most() {
        double most = lines.stream()
                .flatMap(line -> line.values.stream())
                .mapToDouble(each -> each)
                .max()
                .orElse(1);
        double step = Math.pow(10, Math.floor(Math.log10(most)));
        return Math.ceil(most / step) * step;
    }

    private double x(int point) {
        return LEFT + point * (RIGHT - LEFT) / (points.size() - 1.0);
    }

    private static double y(double value, double most) {
        return BOTTOM - value / most * (BOTTOM - TOP);
    }

    @Override
    public String toString() {
        double most = most();
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\"",
                WIDTH,
                HEIGHT);
        add(svg, " font-size=\"13\" fill=\"#1f2328\" role=\"img\" aria-label=\"%s\">\n", title);
        add(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n");
        text(svg, LEFT, 28, "start", title);
        for (int i = 0; i <= 4; i++) {
            double value = most * i / 4;
            rule(svg, y(value, most));
            text(svg, LEFT - 8, y(value, most) + 4, "end", value == 0 ? "0" : Table.number(value));
        }
        for (int i = 0; i < points.size(); i++) {
            text(svg, x(i), BOTTOM + 18, "middle", points.get(i));
        }
        text(svg, (LEFT + RIGHT) / 2.0, BOTTOM + 38, "middle", below);
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, lines.get(i), COLOURS[i % COLOURS.length], most, i);
        }
        return svg.append("</svg>\n").toString();
    }

    private void draw(StringBuilder svg, Line line, String colour, double most, int number) {
        add(svg, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", colour);
        for (int i = 0; i < line.values.size(); i++) {
            add(svg, "%.1f,%.1f ", x(i), y(line.values.get(i), most));
        }
        add(svg, "\"/>\n");
        for (int i = 0; i < line.values.size(); i++) {
            add(
                    svg,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>\n",
                    x(i),
                    y(line.values.get(i), most),
                    colour);
        }
        double at = TOP + 10 + 22.0 * number;
        add(svg, "<rect x=\"%d\" y=\"%.1f\" width=\"12\" height=\"12\" fill=\"%s\"/>\n", RIGHT + 14, at - 10, colour);
        text(svg, RIGHT + 32, at, "start", line.name);
    }

    private static void rule(StringBuilder svg, double y) {
        add(svg, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#d0d7de\"/>\n", LEFT, y, RIGHT, y);
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        add(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, text);
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
