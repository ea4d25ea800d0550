package io.github.rewrite4j.samediff.expansion;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * Where a training stood: means since the point before.
 *
 * @param step steps done
 * @param replay mean replay loss, weighted
 * @param source mean source loss of the generator, 0 in data-free mode
 * @param domains mean loss of each domain, in their order; NaN where none of its samples was drawn
 */
public record ExpansionPoint(long step, double replay, double source, List<Double> domains) {
    /** Numbers are kept as precisely as they are written. */
    public ExpansionPoint {
        replay = rounded(replay);
        source = rounded(source);
        domains = domains.stream().map(ExpansionPoint::rounded).toList();
    }

    private static double rounded(double number) {
        return (float) number;
    }

    /** A curve as CSV with a header. */
    public static String csv(List<String> names, List<ExpansionPoint> curve) {
        Objects.requireNonNull(names, "names");
        StringBuilder text = new StringBuilder("step,replay,source,")
                .append(String.join(",", names))
                .append('\n');
        for (ExpansionPoint point : curve) {
            StringJoiner line = new StringJoiner(",", "", "\n");
            line.add(Long.toString(point.step));
            line.add(Float.toString((float) point.replay));
            line.add(Float.toString((float) point.source));
            point.domains.forEach(d -> line.add(Float.toString(d.floatValue())));
            text.append(line);
        }
        return text.toString();
    }

    /**
     * A curve from CSV.
     *
     * @throws IllegalArgumentException when a line is not one of a curve
     */
    public static List<ExpansionPoint> parse(String csv) {
        return csv.lines().skip(1).map(ExpansionPoint::line).toList();
    }

    private static ExpansionPoint line(String line) {
        double[] n = Arrays.stream(line.split(",", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
        if (n.length < 3) {
            throw new IllegalArgumentException("'" + line + "' is no line of a training curve.");
        }
        return new ExpansionPoint(
                (long) n[0], n[1], n[2], Arrays.stream(n).skip(3).boxed().toList());
    }

    @Override
    public String toString() {
        StringJoiner losses = new StringJoiner(" ");
        domains.forEach(d -> losses.add(String.format(Locale.ROOT, "%.4f", d)));
        return String.format(Locale.ROOT, "step %d: replay %.5f, domains %s", step, replay, losses);
    }
}
