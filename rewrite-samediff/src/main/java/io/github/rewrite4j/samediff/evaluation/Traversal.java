package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.io.Facts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The way from the base into a domain.
 *
 * @param domain its name
 * @param amounts how far it is entered, ascending
 * @param errors mean error of its objective at each
 * @param monotoneShare share of samples whose error never rises on the way
 * @param samples how many
 */
public record Traversal(String domain, List<Double> amounts, List<Double> errors, double monotoneShare, int samples) {
    /** The amounts that monotony is judged by. */
    public static final List<Double> AMOUNTS = List.of(0.0, 0.25, 0.5, 0.75, 1.0);

    /** Lists that cannot be changed. */
    public Traversal {
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(amounts, "amounts");
        Objects.requireNonNull(errors, "errors");
        amounts = List.copyOf(amounts);
        errors = List.copyOf(errors);
    }

    /**
     * From the errors of single samples.
     *
     * @param perAmount for each amount, the error of each sample
     */
    static Traversal of(String domain, List<Double> amounts, double[][] perAmount) {
        int samples = perAmount[0].length;
        int falling = 0;
        for (int n = 0; n < samples; n++) {
            boolean falls = true;
            for (int a = 1; a < perAmount.length; a++) {
                falls &= perAmount[a][n] <= perAmount[a - 1][n];
            }
            falling += falls ? 1 : 0;
        }
        List<Double> means = new ArrayList<>();
        for (double[] errors : perAmount) {
            means.add(Arrays.stream(errors).average().orElseThrow());
        }
        return new Traversal(domain, amounts, means, (double) falling / samples, samples);
    }

    Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("amounts", amounts);
        map.put("errors", errors);
        map.put("monotoneShare", monotoneShare);
        map.put("samples", samples);
        return map.build();
    }
}
