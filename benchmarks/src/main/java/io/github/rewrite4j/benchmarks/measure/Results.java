package io.github.rewrite4j.benchmarks.measure;

import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;

/** Tables for people, in RESULTS.md between two markers, and a summary for programs. */
final class Results {
    static final String START = "<!-- measured: written by Measure, do not edit below -->";
    static final String END = "<!-- end of what Measure writes -->";

    private final String mode;
    private final Map<String, String> machine;
    private final Peaks peaks;
    private final List<Headline> headlines;
    private final List<Row> rows;

    /** One benchmark with one choice of parameters. */
    private record Row(String benchmark, String parameters, double median, double low, double high, String achieved) {}

    Results(
            String mode,
            Map<String, String> machine,
            Peaks peaks,
            List<Headline> headlines,
            Iterable<RunResult> results) {
        this.mode = mode;
        this.machine = machine;
        this.peaks = peaks;
        this.headlines = List.copyOf(headlines);
        List<Row> found = new ArrayList<>();
        for (RunResult result : results) {
            found.add(row(result, peaks));
        }
        this.rows = List.copyOf(found);
    }

    private static Row row(RunResult result, Peaks peaks) {
        String[] name = result.getParams().getBenchmark().split("\\.", -1);
        String benchmark = name[name.length - 2] + "." + name[name.length - 1];
        Map<String, String> parameters = new TreeMap<>();
        for (String key : result.getParams().getParamsKeys()) {
            parameters.put(key, result.getParams().getParam(key));
        }
        var statistics = result.getPrimaryResult().getStatistics();
        double median = statistics.getPercentile(50);
        return new Row(
                benchmark,
                parameters.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ")),
                median,
                statistics.getMin(),
                statistics.getPercentile(90),
                Work.of(benchmark, parameters)
                        .map(work -> work.achieved(median, peaks))
                        .orElse(""));
    }

    /** The part between the markers. */
    String tables() {
        StringBuilder text = new StringBuilder();
        text.append("Mode: ").append(mode).append(". ");
        machine.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("; "));
        text.append("\n\n| peak in this run | |\n|---|---:|\n");
        line(text, "ssyrk, 512 channels, 4,096 keys", giga(peaks.ssyrk(), "GFLOP/s"));
        line(text, "sgemm, 512^3", giga(peaks.sgemm(), "GFLOP/s"));
        line(text, "dgemm, 512^3", giga(peaks.dgemm(), "GFLOP/s"));
        line(text, "copying 64 MB, read and write", giga(peaks.copy(), "GB/s"));
        text.append("\n| headline | value | ours, ms | baseline, ms | rounds |\n|---|---:|---:|---:|---:|\n");
        for (Headline headline : headlines) {
            line(
                    text,
                    headline.name(),
                    String.format(Locale.ROOT, "%.3g %s", headline.value(), headline.unit()),
                    milliseconds(headline.times().ours()),
                    milliseconds(headline.times().baseline()),
                    Integer.toString(headline.times().rounds()));
        }
        text.append('\n');
        for (Headline headline : headlines) {
            text.append(String.format(
                    Locale.ROOT, "- %s: %s, against %s.%n", headline.name(), headline.ours(), headline.baseline()));
        }
        text.append(
                "\n| benchmark | parameters | median, ms | least | 90 % | achieved |\n|---|---|---:|---:|---:|---|\n");
        for (Row row : rows) {
            line(
                    text,
                    row.benchmark,
                    row.parameters,
                    milliseconds(row.median),
                    milliseconds(row.low),
                    milliseconds(row.high),
                    row.achieved);
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String giga(double rate, String unit) {
        return String.format(Locale.ROOT, "%.1f %s", rate / 1e9, unit);
    }

    private static String milliseconds(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%.0f", value);
    }

    /**
     * Replaces what is between the markers of {@code RESULTS.md}, or begins the file, and writes
     * {@code results/summary.json}.
     */
    void write(Path directory) throws IOException {
        Path file = directory.resolve("RESULTS.md");
        String whole = Files.exists(file) ? Files.readString(file) : START + "\n" + END + "\n";
        String replaced = between(whole, tables());
        AtomicFile.write(file, out -> out.write(replaced.getBytes(StandardCharsets.UTF_8)));
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("mode", mode);
        summary.put("machine", machine);
        summary.put("peaks", peaks);
        headlines.forEach(headline -> summary.put(headline.name(), headline.toMap()));
        summary.put("benchmarks", rows);
        Json.write(directory.resolve("results").resolve("summary.json"), summary);
    }

    /** The text with other tables between its markers; what people wrote around them stays. */
    static String between(String whole, String tables) {
        int start = whole.indexOf(START);
        int end = whole.indexOf(END);
        if (start < 0 || end < start) {
            throw new IllegalArgumentException(
                    "RESULTS.md lacks the lines '" + START + "' and '" + END + "': put them where the tables belong.");
        }
        return whole.substring(0, start + START.length()) + "\n\n" + tables + "\n" + whole.substring(end);
    }
}
