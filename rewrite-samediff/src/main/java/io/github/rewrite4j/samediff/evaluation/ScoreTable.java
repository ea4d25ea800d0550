package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.io.Facts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Measurements of several methods (rows) on several tasks with several seeds: each column's mean, standard deviation over
 * all runs, and number of runs in which the row was the best of all rows of the same task and seed.
 */
public final class ScoreTable {
    private final String title;
    private final List<Column> columns;
    private final List<Run> runs = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * What is measured.
     *
     * @param name heading
     * @param better which direction is better
     * @param digits after the decimal point in Markdown
     */
    public record Column(String name, Better better, int digits) {
        public Column {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(better, "better");
        }
    }

    /** Which direction is better. */
    public enum Better {
        /** Larger numbers. */
        HIGHER,
        /** Smaller numbers. */
        LOWER,
        /** Neither: a fact, without wins. */
        NEITHER
    }

    /**
     * One measurement of all columns.
     *
     * @param row method
     * @param task what it was tried on
     * @param seed of the run
     * @param values one for each column
     */
    public record Run(String row, String task, long seed, List<Double> values) {
        public Run {
            Objects.requireNonNull(row, "row");
            Objects.requireNonNull(task, "task");
            Objects.requireNonNull(values, "values");
            values = List.copyOf(values);
        }
    }

    /**
     * @param title heading of the table
     * @param columns at least one
     */
    public ScoreTable(String title, List<Column> columns) {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(columns, "columns");
        this.title = title;
        this.columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("A table needs at least one column.");
        }
    }

    /** Adds a measurement. */
    public void add(Run run) {
        if (run.values().size() != columns.size()) {
            throw new IllegalArgumentException("The run of " + run.row() + " has "
                    + run.values().size() + " values for " + columns.size() + " columns.");
        }
        runs.add(run);
    }

    /** Adds a sentence under the table. */
    public void note(String sentence) {
        Objects.requireNonNull(sentence, "sentence");
        notes.add(sentence);
    }

    /** All measurements in the order in which they were added. */
    public List<Run> runs() {
        return List.copyOf(runs);
    }

    /** The sentences under the table. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** The rows in the order of their first runs. */
    public List<String> rows() {
        Set<String> rows = new LinkedHashSet<>();
        runs.forEach(run -> rows.add(run.row()));
        return List.copyOf(rows);
    }

    /** Mean of a column over all runs of a row. */
    public double mean(String row, String column) {
        Objects.requireNonNull(row, "row");
        Objects.requireNonNull(column, "column");
        int index = index(column);
        return of(row).stream()
                .mapToDouble(run -> run.values().get(index))
                .average()
                .orElseThrow(() -> new IllegalArgumentException("There is no row '" + row + "': " + rows()));
    }

    /** Standard deviation of a column over all runs of a row (n - 1), 0 for a single run. */
    public double deviation(String row, String column) {
        Objects.requireNonNull(row, "row");
        Objects.requireNonNull(column, "column");
        int index = index(column);
        double mean = mean(row, column);
        List<Run> all = of(row);
        double sum = 0;
        for (Run run : all) {
            sum += Math.pow(run.values().get(index) - mean, 2);
        }
        return all.size() < 2 ? 0 : Math.sqrt(sum / (all.size() - 1));
    }

    /** In how many tasks and seeds the row was the best of all rows. */
    public int wins(String row, String column) {
        Objects.requireNonNull(row, "row");
        Objects.requireNonNull(column, "column");
        int index = index(column);
        Column what = columns.get(index);
        int wins = 0;
        for (Run run : of(row)) {
            double mine = run.values().get(index);
            boolean best = runs.stream()
                    .filter(other -> other.task().equals(run.task()) && other.seed() == run.seed())
                    .mapToDouble(other -> other.values().get(index))
                    .allMatch(other -> what.better() == Better.HIGHER ? other <= mine : other >= mine);
            wins += best ? 1 : 0;
        }
        return wins;
    }

    /**
     * Says whether rows come in an order, by a sentence under the table.
     *
     * @param column judged by
     * @param expected rows from worst to best
     * @param source whose order it is
     */
    public void compareOrder(String column, List<String> expected, String source) {
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(source, "source");
        List<String> differing = new ArrayList<>();
        Better better = columns.get(index(column)).better();
        for (int i = 1; i < expected.size(); i++) {
            double worse = mean(expected.get(i - 1), column);
            double finer = mean(expected.get(i), column);
            if (better == Better.HIGHER ? finer < worse : finer > worse) {
                differing.add(expected.get(i - 1) + " is better than " + expected.get(i));
            }
        }
        note(
                differing.isEmpty()
                        ? "By " + column + " the order is that of " + source + "."
                        : "By " + column + " the order differs from that of " + source + " ("
                                + String.join(" < ", expected) + "): " + String.join("; ", differing) + ".");
    }

    private List<Run> of(String row) {
        return runs.stream().filter(run -> run.row().equals(row)).toList();
    }

    private int index(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException("There is no column '" + column + "': " + columns + ".");
    }

    /** Every run, one line each, with headings. */
    public String csv() {
        StringBuilder text = new StringBuilder("row,task,seed");
        columns.forEach(column -> text.append(',').append(quoted(column.name())));
        text.append('\n');
        for (Run run : runs) {
            text.append(quoted(run.row()))
                    .append(',')
                    .append(quoted(run.task()))
                    .append(',')
                    .append(run.seed());
            run.values().forEach(value -> text.append(',').append(value));
            text.append('\n');
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return text.indexOf(',') < 0 && text.indexOf('"') < 0 ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Mean, deviation and wins over everything, then the means of each task, then the notes. */
    public String markdown() {
        StringBuilder text = new StringBuilder("## " + title + "\n\n");
        append(text, run -> true, true);
        Set<String> tasks = new LinkedHashSet<>();
        runs.forEach(run -> tasks.add(run.task()));
        if (tasks.size() > 1) {
            for (String task : tasks) {
                text.append("\n### ").append(task).append("\n\n");
                append(text, run -> run.task().equals(task), false);
            }
        }
        if (!notes.isEmpty()) {
            text.append('\n');
            notes.forEach(note -> text.append("- ").append(note).append('\n'));
        }
        return text.toString();
    }

    private void append(StringBuilder text, Predicate<Run> which, boolean withWins) {
        ScoreTable part = new ScoreTable(title, columns);
        runs.stream().filter(which).forEach(part::add);
        text.append("| |");
        columns.forEach(column -> text.append(' ').append(heading(column)).append(" |"));
        text.append("\n|---|");
        columns.forEach(column -> text.append("---|"));
        text.append('\n');
        for (String row : part.rows()) {
            text.append("| ").append(row).append(" |");
            for (Column column : columns) {
                text.append(' ').append(cell(part, row, column, withWins)).append(" |");
            }
            text.append('\n');
        }
    }

    private static String heading(Column column) {
        return switch (column.better()) {
            case HIGHER -> column.name() + " (higher is better)";
            case LOWER -> column.name() + " (lower is better)";
            case NEITHER -> column.name();
        };
    }

    private static String cell(ScoreTable table, String row, Column column, boolean withWins) {
        String number = "%." + column.digits() + "f";
        String text = String.format(Locale.ROOT, number, table.mean(row, column.name()));
        double deviation = table.deviation(row, column.name());
        if (table.of(row).size() > 1 && Double.isFinite(deviation)) {
            text += String.format(Locale.ROOT, " ± " + number, deviation);
        }
        return withWins && column.better() != Better.NEITHER
                ? text + ", " + table.wins(row, column.name()) + " wins"
                : text;
    }

    /** Means of all columns by row, for JSON. */
    public Facts facts() {
        Facts.Builder means = Facts.builder();
        for (String row : rows()) {
            Facts.Builder values = Facts.builder();
            columns.forEach(column -> values.put(column.name(), mean(row, column.name())));
            means.put(row, values.build());
        }
        return means.build();
    }
}
