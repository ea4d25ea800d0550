package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Better;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Column;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What each objective sees in each part of the latent space, before and after the training (after figure 7 of Nitzan et al.
 * 2023). "Before" is the source at the same latents.
 *
 * <p>Errors are against what the objective makes of the source's image, so an objective's error also rises where another
 * domain draws something else, and falls where it draws something alike: a night is dark, and so is an old screen. What a
 * domain does to another is therefore measured against generators that were adapted to one domain alone and never heard of
 * the other ({@link #influence}). On the base any change is a leak.
 *
 * <p>The paper's statement, that errors elsewhere change by less than a tenth of what they fall in their own domain, holds
 * for leaks on the base and for influences, not for {@link #leak} between domains that look alike. In an expansion by the
 * bundled five domains without mixtures (measured by {@code MeasureExpansion}, 8,000 steps, 200 latents) the base changes by at most 2.2 %, influences are at most 6.2 %, and the
 * error of "night" still falls by 40 % of its own fall in "8-bit". Influences shrink with training: 17 % after a thirteenth of
 * the steps.
 *
 * @param domains names; objective i is that of domain i
 * @param before mean error of objective i (row) on the base (column 0) and in domain j (column j + 1)
 * @param after the same of the expanded generator
 * @param apart mean error of objective i (row) on what a dedicated adaptation to domain j (column) draws; empty without those
 */
public record CrossTalk(
        List<String> domains, List<List<Double>> before, List<List<Double>> after, List<List<Double>> apart) {
    static final String BASE = "base";

    /** Matrices of one size. */
    public CrossTalk {
        Objects.requireNonNull(domains, "domains");
        domains = List.copyOf(domains);
        before = before.stream().map(List::copyOf).toList();
        after = after.stream().map(List::copyOf).toList();
        apart = apart.stream().map(List::copyOf).toList();
    }

    static CrossTalk of(List<String> domains, double[][] before, double[][] after, double[][] apart) {
        return new CrossTalk(domains, rows(before), rows(after), rows(apart));
    }

    private static List<List<Double>> rows(double[][] matrix) {
        return Arrays.stream(matrix)
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList();
    }

    /** By how much the error of objective i fell in its own domain. */
    public double fall(int i) {
        return before.get(i).get(i + 1) - after.get(i).get(i + 1);
    }

    /**
     * By how much the error of objective i fell at another place, as a share of {@link #fall}; negative where it rose, 0
     * where nothing was learnt anywhere.
     *
     * @param place 0 for the base, j + 1 for domain j
     */
    public double leak(int i, int place) {
        double elsewhere = before.get(i).get(place) - after.get(i).get(place);
        return elsewhere == 0 ? 0 : elsewhere / Math.abs(fall(i));
    }

    /** The largest leak of any objective on the base, by amount. */
    public double largestOnBase() {
        double largest = 0;
        for (int i = 0; i < domains.size(); i++) {
            largest = Math.max(largest, Math.abs(leak(i, 0)));
        }
        return largest;
    }

    /** The largest fall of any objective's error in the domain of another, as a share of its own fall; 0 where all rose. */
    public double largestElsewhere() {
        double largest = 0;
        for (int i = 0; i < domains.size(); i++) {
            for (int j = 0; j < domains.size(); j++) {
                if (i != j) {
                    largest = Math.max(largest, leak(i, j + 1));
                }
            }
        }
        return largest;
    }

    /**
     * By how much the error of objective i in domain j differs from what it is in a dedicated adaptation to j, as a share of
     * {@link #fall}: positive where pictures of j came nearer to i by being learnt together.
     *
     * @throws IllegalStateException without dedicated adaptations
     */
    public double influence(int i, int j) {
        if (apart.isEmpty()) {
            throw new IllegalStateException("There are no dedicated adaptations to compare with.");
        }
        double nearer = apart.get(i).get(j) - after.get(i).get(j + 1);
        return nearer == 0 ? 0 : nearer / Math.abs(fall(i));
    }

    /** The largest {@link #influence} of any domain on another, by amount. */
    public double largestInfluence() {
        double largest = 0;
        for (int i = 0; i < domains.size(); i++) {
            for (int j = 0; j < domains.size(); j++) {
                largest = Math.max(largest, i == j ? 0 : Math.abs(influence(i, j)));
            }
        }
        return largest;
    }

    /** Influences as a table; the diagonal says how far a domain itself is behind (negative) its dedicated adaptation. */
    public ScoreTable influences() {
        ScoreTable table = new ScoreTable(
                "Influence: how much nearer an objective (row) is in a domain (column) than in a dedicated adaptation"
                        + " to it",
                domains.stream()
                        .map(name -> new Column(name, Better.NEITHER, 3))
                        .toList());
        for (int i = 0; i < domains.size(); i++) {
            List<Double> values = new ArrayList<>();
            for (int j = 0; j < domains.size(); j++) {
                values.add(influence(i, j));
            }
            table.add(new Run(domains.get(i), "all", 0, values));
        }
        return table;
    }

    /** Leaks as a table: a row for each objective, a column for each place. */
    public ScoreTable leaks() {
        return table(
                "Cross-talk: fall of each objective's error, as a share of its fall in its own domain",
                (i, place) -> leak(i, place));
    }

    /** Errors after the training as a table. */
    public ScoreTable errors() {
        return table("Error of each objective (row) in each domain (column)", (i, place) -> after.get(i)
                .get(place));
    }

    private interface Cell {
        double at(int objective, int place);
    }

    private ScoreTable table(String title, Cell cell) {
        List<Column> columns = new ArrayList<>(List.of(new Column(BASE, Better.NEITHER, 3)));
        domains.forEach(name -> columns.add(new Column(name, Better.NEITHER, 3)));
        ScoreTable table = new ScoreTable(title, columns);
        for (int i = 0; i < domains.size(); i++) {
            List<Double> values = new ArrayList<>();
            for (int place = 0; place <= domains.size(); place++) {
                values.add(cell.at(i, place));
            }
            table.add(new Run(domains.get(i), "all", 0, values));
        }
        return table;
    }

    Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("domains", domains);
        map.put("before", before);
        map.put("after", after);
        map.put("largestOnBase", largestOnBase());
        map.put("largestElsewhere", largestElsewhere());
        if (!apart.isEmpty()) {
            map.put("apart", apart);
            map.put("largestInfluence", largestInfluence());
        }
        return map.build();
    }
}
