// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.CellSign.Tone;
import dev.hilda.agent.report.Morning.Point;
import dev.hilda.agent.report.Morning.Trend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/** A network over the nights: accuracy above cycles, each with its baseline and what is tolerated around it. */
final class TrendChart {
    private static final double WIDTH = 320;
    private static final double HEIGHT = 74;
    private static final double LEFT = 4;
    private static final double RIGHT = 72;
    private static final double EDGE = 8;
    private static final double HUNDRED = 100;

    /** Of a range without extent, as a share of its value. */
    private static final double LEAST_REACH = 0.001;

    /** Radius of a night like others, and of one that somebody should look at. */
    private static final double SMALL = 2;

    private static final double LARGE = 4;

    private TrendChart() {}

    /**
     * One figure.
     *
     * @param low end of what is tolerated, and {@code high} the other; empty where there is no baseline
     */
    private record Figure(
            String name,
            Function<Point, OptionalDouble> value,
            DoubleFunction<String> words,
            OptionalDouble baseline,
            OptionalDouble low,
            OptionalDouble high) {}

    static Element of(Trend trend) {
        Element figure = Element.of("figure").add(Element.of("h3", trend.model() + " on " + trend.dataSet()));
        double tolerated = trend.tolerancePercent() / HUNDRED;
        OptionalDouble cycles = trend.baselineCycles().isPresent()
                ? OptionalDouble.of((double) trend.baselineCycles().getAsLong())
                : OptionalDouble.empty();
        List<Figure> figures = List.of(
                new Figure(
                        "accuracy",
                        Point::accuracy,
                        Wording::percent,
                        trend.baselineAccuracy(),
                        scaled(trend.baselineAccuracy(), 1, -trend.tolerancePoints() / HUNDRED),
                        trend.baselineAccuracy()),
                new Figure(
                        "cycles",
                        point -> point.cyclesP50().isPresent()
                                ? OptionalDouble.of((double) point.cyclesP50().getAsLong())
                                : OptionalDouble.empty(),
                        value -> Wording.count(Math.round(value)),
                        cycles,
                        scaled(cycles, 1 - tolerated, 0),
                        scaled(cycles, 1 + tolerated, 0)));
        figures.stream()
                .filter(each -> trend.points().stream()
                        .anyMatch(point -> each.value().apply(point).isPresent()))
                .forEach(each -> figure.add(svg(trend, each)));
        return figure;
    }

    private static OptionalDouble scaled(OptionalDouble value, double factor, double added) {
        return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * factor + added) : value;
    }

    private static Element svg(Trend trend, Figure figure) {
        Scale scale = scale(trend, figure);
        Element svg = Element.of("svg")
                .with("viewBox", "0 0 " + number(WIDTH) + " " + number(HEIGHT))
                .with("role", "img")
                .with(
                        "aria-label",
                        figure.name() + " of " + trend.model() + " over "
                                + trend.points().size() + " nights");
        if (figure.baseline().isPresent()) {
            double top = scale.y(figure.high().orElseThrow());
            double bottom = scale.y(figure.low().orElseThrow());
            svg.add(Element.of("rect")
                    .with("class", "band")
                    .with("x", number(LEFT))
                    .with("width", number(WIDTH - LEFT - RIGHT))
                    .with("y", number(top))
                    .with("height", number(bottom - top)));
            svg.add(line(scale.y(figure.baseline().getAsDouble())));
        }
        courses(trend, figure, scale).forEach(svg::add);
        for (int night = 0; night < trend.points().size(); night++) {
            Point point = trend.points().get(night);
            OptionalDouble value = figure.value().apply(point);
            if (value.isPresent()) {
                svg.add(dot(
                        point,
                        scale.x(night),
                        scale.y(value.getAsDouble()),
                        figure.words().apply(value.getAsDouble())));
            }
        }
        return svg.add(label(figure.name(), EDGE + 4))
                .add(label(figure.words().apply(scale.high), EDGE + 22))
                .add(label(figure.words().apply(scale.low), HEIGHT - EDGE));
    }

    private record Scale(double low, double high, int nights) {
        double x(int night) {
            double width = WIDTH - LEFT - RIGHT - 2 * LARGE;
            return LEFT + LARGE + (nights == 1 ? width : width * night / (nights - 1));
        }

        double y(double value) {
            return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / (high - low);
        }
    }

    private static Scale scale(Trend trend, Figure figure) {
        List<Double> values = new ArrayList<>();
        trend.points().forEach(point -> figure.value().apply(point).ifPresent(values::add));
        List.of(figure.baseline(), figure.low(), figure.high()).forEach(value -> value.ifPresent(values::add));
        double low = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double high = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        double reach = Math.max(Math.abs(high) * LEAST_REACH, Double.MIN_NORMAL);
        if (high - low < reach) {
            low -= reach;
            high += reach;
        }
        return new Scale(low, high, trend.points().size());
    }

    /** A line breaks where a night has no figure. */
    private static List<Element> courses(Trend trend, Figure figure, Scale scale) {
        List<Element> courses = new ArrayList<>();
        StringBuilder points = new StringBuilder();
        for (int night = 0; night <= trend.points().size(); night++) {
            OptionalDouble value = night < trend.points().size()
                    ? figure.value().apply(trend.points().get(night))
                    : OptionalDouble.empty();
            if (value.isPresent()) {
                points.append(number(scale.x(night)))
                        .append(',')
                        .append(number(scale.y(value.getAsDouble())))
                        .append(' ');
            } else if (points.length() > 0) {
                courses.add(Element.of("polyline")
                        .with("class", "course")
                        .with("points", points.toString().strip()));
                points.setLength(0);
            }
        }
        return courses;
    }

    private static Element line(double y) {
        return Element.of("line")
                .with("class", "base")
                .with("x1", number(LEFT))
                .with("x2", number(WIDTH - RIGHT))
                .with("y1", number(y))
                .with("y2", number(y));
    }

    private static Element dot(Point point, double x, double y, String value) {
        CellSign sign = CellSign.of(point.state());
        boolean isLookedAt = sign.tone() == Tone.BAD || sign.tone() == Tone.WARNING;
        return Element.of("circle")
                .with("class", "dot " + HtmlPage.tone(sign.tone()))
                .with("cx", number(x))
                .with("cy", number(y))
                .with("r", number(isLookedAt ? LARGE : SMALL))
                .add(Element.of("title", Wording.day(point.night()) + ": " + value + ", " + sign.word()));
    }

    private static Element label(String text, double y) {
        return Element.of("text", text).with("x", number(WIDTH - RIGHT + 6)).with("y", number(y));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
