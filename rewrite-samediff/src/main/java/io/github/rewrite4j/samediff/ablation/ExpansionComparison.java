package io.github.rewrite4j.samediff.ablation;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.evaluation.ErrorBench;
import io.github.rewrite4j.samediff.evaluation.ExpansionEvaluation;
import io.github.rewrite4j.samediff.evaluation.ExpansionScores;
import io.github.rewrite4j.samediff.evaluation.Preservation;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.AdaptedNetwork;
import io.github.rewrite4j.samediff.expansion.DomainSheets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An expansion beside what else could be trained with as many samples: a plain adaptation of the whole generator to each
 * domain, and the source's own training without any.
 */
final class ExpansionComparison {
    private static final int SHOWN = 6;
    private static final long FRESH = ExpansionEvaluation.SEED;

    private final Generator source;
    private final ExpansionAblation.Recipe recipe;
    private final ExpansionAblation.Judge judge;
    private final ExpansionAblation.Size size;
    private final List<AdaptationObjective> domains;
    private final long seed;
    private final Pieces pieces;

    /**
     * A comparison.
     *
     * @param seed of the trainings
     */
    ExpansionComparison(
            Generator source,
            ExpansionAblation.Recipe recipe,
            ExpansionAblation.Judge judge,
            ExpansionAblation.Size size,
            ExpansionAblation.Plan plan,
            long seed,
            ProgressListener listener) {
        this.source = source;
        this.recipe = recipe;
        this.judge = judge;
        this.size = size;
        this.domains = plan.domains();
        this.seed = seed;
        this.pieces = new Pieces(listener, domains.size() + 2);
    }

    /** Trains the others, measures all, and adds the tables and, where there are none yet, the pictures. */
    void run(ExpandedGenerator expanded, ExpansionTables tables, Map<String, ContactSheet> sheets) {
        Map<String, AdaptedNetwork> dedicated = dedicated();
        ExpansionEvaluation evaluation = ExpansionEvaluation.of(source, expanded, domains)
                .size(size.measured())
                .judgedBy(judge.embedding(), judge.real())
                .diversity(judge.distance())
                .beside(dedicated);
        for (int i = 0; i + 1 < domains.size(); i += 2) {
            evaluation = evaluation.composing(
                    domains.get(i).name(), domains.get(i + 1).name());
        }
        ExpansionScores scores = evaluation.measure(pieces.next());
        tables.compared(scores, keptBy(dedicated, expanded), continued(), seed);
        if (sheets.isEmpty()) {
            Inputs inputs = source.sample(SHOWN, FRESH);
            Map<String, Double> mixture =
                    Map.of(domains.get(0).name(), 1.0, domains.get(1).name(), 1.0);
            sheets.put("domains", DomainSheets.of(expanded).beside(source).aligned(inputs, List.of(mixture)));
            sheets.put("plain", plain(expanded, dedicated));
        }
    }

    private Map<String, AdaptedNetwork> dedicated() {
        Map<String, AdaptedNetwork> dedicated = new LinkedHashMap<>();
        for (AdaptationObjective domain : domains) {
            dedicated.put(
                    domain.name(),
                    recipe.plain(domain)
                            .iterations(size.steps())
                            .batch(size.batch())
                            .seed(seed)
                            .train(source, pieces.next()));
        }
        return dedicated;
    }

    /** What going on with the source's own training makes of the old images and of the domains' errors. */
    private Optional<ExpansionTables.Continued> continued() {
        return recipe.continued().map(training -> {
            try (ExpandedGenerator generator = training.iterations(size.steps() * domains.size())
                            .batch(size.batch())
                            .seed(seed)
                            .train(source, pieces.next());
                    ErrorBench bench = new ErrorBench(
                            source, generator, domains, size.measured().errors(), FRESH)) {
                Map<String, Double> errors = new LinkedHashMap<>();
                domains.forEach(domain -> errors.put(domain.name(), bench.error(domain, bench.expanded())));
                return new ExpansionTables.Continued(kept(bench, bench.expanded()), errors);
            }
        });
    }

    /** What plain adaptations draw where the old images were. */
    private Map<String, Preservation> keptBy(Map<String, AdaptedNetwork> dedicated, ExpandedGenerator expanded) {
        Map<String, Preservation> all = new LinkedHashMap<>();
        try (ErrorBench bench = new ErrorBench(source, expanded, List.of(), 2, FRESH)) {
            dedicated.forEach((name, network) -> all.put(name, kept(bench, network)));
        }
        return all;
    }

    private Preservation kept(ErrorBench bench, AdaptedNetwork by) {
        return bench.preservation(
                by, size.measured().samples(), FRESH, Optional.of(judge.embedding()), Optional.of(judge.real()));
    }

    private ContactSheet plain(ExpandedGenerator expanded, Map<String, AdaptedNetwork> dedicated) {
        ContactSheet.Builder sheet =
                ContactSheet.titled("Plain adaptation: one generator a row, the old images are gone");
        try (ErrorBench bench = new ErrorBench(source, expanded, List.of(), 2, FRESH)) {
            double[][] latents = bench.base(bench.latents(SHOWN, FRESH));
            sheet.row("source", bench.source().images(latents));
            dedicated.forEach((name, network) -> sheet.row("adapted to " + name, network.images(latents)));
        }
        return sheet.build();
    }
}
