package io.github.rewrite4j.samediff.projector;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What an ablation measured.
 *
 * @param runs one for each row and seed
 * @param iterations of each training
 * @param distance name of the perceptual distance
 * @param estimator name of the Wasserstein estimator
 */
public record AblationTable(List<Run> runs, int iterations, String distance, String estimator) {
    /**
     * One trained projector.
     *
     * @param row which
     * @param seed of its training
     * @param selfDistance perceptual distance of reconstructions of held-out samples
     * @param foreignDistance of reconstructions of foreign pictures, decoded with the mean input's side tensors
     * @param wasserstein distance of projected values of held-out samples from their own values
     * @param psnr of reconstructions of held-out samples in dB
     * @param foreignPsnr of reconstructions of foreign pictures in dB
     */
    public record Run(
            AblationRow row,
            long seed,
            double selfDistance,
            double foreignDistance,
            double wasserstein,
            double psnr,
            double foreignPsnr) {}

    /** What is compared; all but PSNR are better when smaller. */
    private enum Column {
        SELF("distance, self", true),
        FOREIGN("distance, foreign", true),
        WASSERSTEIN("Wasserstein", true),
        PSNR("PSNR, self", false),
        FOREIGN_PSNR("PSNR, foreign", false);

        private final String title;
        private final boolean smallerIsBetter;

        Column(String title, boolean smallerIsBetter) {
            this.title = title;
            this.smallerIsBetter = smallerIsBetter;
        }

        double of(Run run) {
            return switch (this) {
                case SELF -> run.selfDistance();
                case FOREIGN -> run.foreignDistance();
                case WASSERSTEIN -> run.wasserstein();
                case PSNR -> run.psnr();
                case FOREIGN_PSNR -> run.foreignPsnr();
            };
        }

        Comparator<Run> bestFirst() {
            Comparator<Run> ascending = Comparator.comparingDouble(this::of);
            return smallerIsBetter ? ascending : ascending.reversed();
        }
    }

    public AblationTable {
        runs = List.copyOf(runs);
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("An ablation has at least one run.");
        }
    }

    private List<AblationRow> rows() {
        return Arrays.stream(AblationRow.values())
                .filter(row -> runs.stream().anyMatch(run -> run.row() == row))
                .toList();
    }

    private long[] seeds() {
        return runs.stream().mapToLong(Run::seed).distinct().toArray();
    }

    private double[] numbers(AblationRow row, Column column) {
        return runs.stream()
                .filter(run -> run.row() == row)
                .mapToDouble(column::of)
                .toArray();
    }

    private double mean(AblationRow row, Column column) {
        return Arrays.stream(numbers(row, column)).average().orElseThrow();
    }

    private double deviation(AblationRow row, Column column) {
        double[] numbers = numbers(row, column);
        double mean = mean(row, column);
        double squares =
                Arrays.stream(numbers).map(n -> (n - mean) * (n - mean)).sum();
        return numbers.length < 2 ? 0 : Math.sqrt(squares / (numbers.length - 1));
    }

    /** Seeds at which a row is the best of all. */
    private long wins(AblationRow row, Column column) {
        return Arrays.stream(seeds())
                .filter(seed -> runs.stream()
                                .filter(run -> run.seed() == seed)
                                .min(column.bestFirst())
                                .orElseThrow()
                                .row()
                        == row)
                .count();
    }

    /** All runs, one a line. */
    public String csv() {
        StringBuilder csv = new StringBuilder("row,seed,selfDistance,foreignDistance,wasserstein,psnr,foreignPsnr\n");
        for (Run run : runs) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,%d,%.6f,%.6f,%.6f,%.4f,%.4f%n",
                    run.row().title(),
                    run.seed(),
                    run.selfDistance(),
                    run.foreignDistance(),
                    run.wasserstein(),
                    run.psnr(),
                    run.foreignPsnr()));
        }
        return csv.toString().replace(System.lineSeparator(), "\n");
    }

    /** Mean, deviation over seeds and number of seeds won, as a Markdown table; then how the order compares. */
    public String markdown() {
        StringBuilder text = new StringBuilder("| projector |");
        StringBuilder line = new StringBuilder("|---|");
        for (Column column : Column.values()) {
            text.append(' ').append(column.title).append(" |");
            line.append("---|");
        }
        text.append('\n').append(line).append('\n');
        for (AblationRow row : rows()) {
            text.append("| ").append(row.title()).append(" |");
            for (Column column : Column.values()) {
                text.append(String.format(
                        Locale.ROOT,
                        " %.4f ± %.4f (%d) |",
                        mean(row, column),
                        deviation(row, column),
                        wins(row, column)));
            }
            text.append('\n');
        }
        text.append(String.format(
                Locale.ROOT,
                "%n%d iterations each, seeds %s; mean ± deviation over seeds (seeds at which the row is best)."
                        + " Distance: %s. Wasserstein: %s.%n%s%n",
                iterations,
                Arrays.toString(seeds()),
                distance,
                estimator,
                order()));
        return text.toString().replace(System.lineSeparator(), "\n");
    }

    /** Whether the published rows come in the published order: each better than the one before in every column. */
    public String order() {
        StringBuilder text = new StringBuilder();
        for (Column column : List.of(Column.SELF, Column.FOREIGN, Column.WASSERSTEIN)) {
            List<AblationRow> rows = rows().stream()
                    .filter(AblationRow::published)
                    .sorted(Comparator.comparingDouble(row -> mean(row, column)))
                    .toList();
            List<AblationRow> paper =
                    rows.stream().sorted(Comparator.reverseOrder()).toList();
            text.append(column.title)
                    .append(": ")
                    .append(String.join(
                            " < ", rows.stream().map(AblationRow::title).toList()))
                    .append(
                            rows.equals(paper)
                                    ? ", the order of the paper. "
                                    : ", which differs from the paper's order. ");
        }
        return text.append(
                        "The paper: + cycle + GAN < + cycle < baseline in both of its columns (faces of 1,024 pixels).")
                .toString();
    }
}
