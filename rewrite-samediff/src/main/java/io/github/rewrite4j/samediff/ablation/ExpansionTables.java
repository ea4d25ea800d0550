package io.github.rewrite4j.samediff.ablation;

import io.github.rewrite4j.samediff.evaluation.Composition;
import io.github.rewrite4j.samediff.evaluation.DomainStrength;
import io.github.rewrite4j.samediff.evaluation.ExpansionScores;
import io.github.rewrite4j.samediff.evaluation.Preservation;
import io.github.rewrite4j.samediff.evaluation.ScoreTable;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Better;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Column;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Run;
import io.github.rewrite4j.samediff.evaluation.Traversal;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables of {@link ExpansionAblation} as they fill. */
final class ExpansionTables {
    static final String COUNT = "count";
    static final String DISTANCE = "distance";
    static final String DIRECTIONS = "directions";
    private static final String COMPARISON = "comparison";
    private static final String EXPANDED = "expanded";
    private static final String PLAIN = "plain adaptation";
    private static final String CONTINUED = "continued training";

    private final Map<String, ScoreTable> tables = new LinkedHashMap<>();

    /**
     * The source trained on without domains.
     *
     * @param kept of the old images
     * @param errors of objectives on its images, by domain
     */
    record Continued(Preservation kept, Map<String, Double> errors) {}

    private ScoreTable named(String name, String title, List<Column> columns) {
        return tables.computeIfAbsent(name, n -> new ScoreTable(title, columns));
    }

    private ScoreTable comparison() {
        return named(
                COMPARISON,
                "Expansion against plain adaptation to each domain",
                List.of(
                        new Column("PSNR of old images", Better.HIGHER, 1),
                        new Column("Frechet of old images", Better.LOWER, 4),
                        new Column("error in domain", Better.LOWER, 4),
                        new Column("share gone", Better.HIGHER, 3)));
    }

    private ScoreTable variants(String name) {
        String title =
                switch (name) {
                    case COUNT -> "By the number of domains (strength of the first five)";
                    case DISTANCE -> "By the distance of domains from the base";
                    default -> "By the directions that domains get";
                };
        return named(
                name,
                title,
                List.of(
                        new Column("PSNR of old images", Better.HIGHER, 1),
                        new Column("PSNR of projecting", Better.HIGHER, 1),
                        new Column("Frechet of old images", Better.LOWER, 4),
                        new Column("share gone", Better.HIGHER, 3),
                        new Column("of the first domain", Better.HIGHER, 3),
                        new Column("monotone", Better.HIGHER, 3),
                        new Column("largest leak on base", Better.LOWER, 3),
                        new Column("seconds", Better.NEITHER, 0)));
    }

    /** A variant of the training. */
    void variant(String table, String row, ExpansionScores scores, long seed, double seconds) {
        Preservation kept = scores.preservation();
        variants(table)
                .add(new Run(
                        row,
                        "all",
                        seed,
                        List.of(
                                kept.psnr(),
                                kept.projectionPsnr(),
                                kept.frechet().map(Preservation.Frechet::base).orElse(Double.NaN),
                                scores.meanShare(),
                                scores.strengths().get(0).share(),
                                scores.traversals().stream()
                                        .mapToDouble(Traversal::monotoneShare)
                                        .average()
                                        .orElse(0),
                                scores.crossTalk().largestOnBase(),
                                seconds)));
    }

    /** The main expansion beside plain adaptations, whose old images are measured as well. */
    void compared(ExpansionScores scores, Map<String, Preservation> plain, Optional<Continued> continued, long seed) {
        Preservation kept = scores.preservation();
        double sourceDistance = kept.frechet().map(Preservation.Frechet::source).orElse(Double.NaN);
        for (DomainStrength strength : scores.strengths()) {
            String domain = strength.domain();
            add(comparison(), "source", domain, seed, Double.POSITIVE_INFINITY, sourceDistance, strength.source(), 0);
            add(
                    comparison(),
                    EXPANDED,
                    domain,
                    seed,
                    kept.psnr(),
                    kept.frechet().map(Preservation.Frechet::base).orElse(Double.NaN),
                    strength.inDomain(),
                    strength.share());
            Preservation lost = plain.get(domain);
            if (lost != null && strength.dedicated().isPresent()) {
                double error = strength.dedicated().getAsDouble();
                add(
                        comparison(),
                        PLAIN,
                        domain,
                        seed,
                        lost.psnr(),
                        lost.frechet().map(Preservation.Frechet::base).orElse(Double.NaN),
                        error,
                        1 - error / strength.source());
            }
        }
        continued.ifPresent(on -> scores.strengths().forEach(strength -> {
            double error = Named.in(on.errors(), strength.domain());
            add(
                    comparison(),
                    CONTINUED,
                    strength.domain(),
                    seed,
                    on.kept().psnr(),
                    on.kept().frechet().map(Preservation.Frechet::base).orElse(Double.NaN),
                    error,
                    1 - error / strength.source());
        }));
        crossTalk(scores, seed);
        composition(scores, seed);
        ScoreTable differing = named(
                "diversity",
                "Diversity: mean distance of images within clusters",
                List.of(new Column("diversity", Better.NEITHER, 4)));
        scores.diversity()
                .forEach((name, value) ->
                        add(differing, name, "all", seed, value.mean().orElse(Double.NaN)));
        ScoreTable domains = scores.domains();
        tables.putIfAbsent("domains", domains);
    }

    private void crossTalk(ExpansionScores scores, long seed) {
        if (!tables.containsKey("leaks")) {
            ScoreTable leaks = scores.crossTalk().leaks();
            leaks.note(
                    "Positive: fell as well. Off the diagonal an error rises where another domain draws something else."
                            + " Seed " + seed + ".");
            tables.put("leaks", leaks);
            tables.put("errors", scores.crossTalk().errors());
            if (!scores.crossTalk().apart().isEmpty()) {
                tables.put("influences", scores.crossTalk().influences());
            }
        }
    }

    private void composition(ExpansionScores scores, long seed) {
        ScoreTable table = named(
                "composition",
                "A second domain added wholly to a first: errors relative to the beginning",
                List.of(
                        new Column("first objective", Better.LOWER, 2),
                        new Column("second objective", Better.LOWER, 2),
                        new Column("larger of both", Better.LOWER, 2)));
        for (Composition composition : scores.compositions()) {
            int last = composition.amounts().size() - 1;
            double first = composition.firstErrors().get(last);
            double second = composition.secondErrors().get(last);
            add(table, composition.method(), composition.pair(), seed, first, second, Math.max(first, second));
        }
    }

    private static void add(ScoreTable table, String row, String task, long seed, double... values) {
        table.add(new Run(row, task, seed, Arrays.stream(values).boxed().toList()));
    }

    /** All tables, with what they rest on below. */
    Map<String, ScoreTable> tables(String note) {
        tables.values().forEach(table -> table.note(note));
        return new LinkedHashMap<>(tables);
    }
}
