package io.github.rewrite4j.samediff.ablation;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.evaluation.ExpansionEvaluation;
import io.github.rewrite4j.samediff.evaluation.ExpansionScores;
import io.github.rewrite4j.samediff.evaluation.ScoreTable;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DedicatedAdaptation;
import io.github.rewrite4j.samediff.expansion.DirectionChoice;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.expansion.ExpansionPoint;
import io.github.rewrite4j.samediff.metric.FeatureStatistics;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.perception.ImageEmbedding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What matters in domain expansion (Nitzan et al. 2023), on domains of one's own: against plain adaptation of the whole
 * generator to each domain, by the number of domains, by their distance from the base, and by the directions that they get.
 *
 * <p>Every variant sees as many samples of each domain: an expansion by N domains makes N times the steps of one.
 */
public final class ExpansionAblation {
    private final Generator source;
    private final Recipe recipe;
    private final Judge judge;
    private final Size size;

    /** How expansions are trained; steps, seed, distance and directions are set by the ablation. */
    @FunctionalInterface
    public interface Recipe {
        /** The training of some domains. */
        DomainExpansion of(List<AdaptationObjective> domains);

        /** The plain adaptation to one domain that it is compared with. */
        default DedicatedAdaptation plain(AdaptationObjective domain) {
            Objects.requireNonNull(domain, "domain");
            return DedicatedAdaptation.to(domain);
        }

        /** The source's own training going on without any domain, to see what that changes; none by default. */
        default Optional<DomainExpansion> continued() {
            return Optional.empty();
        }
    }

    /**
     * Who measures; none of them may have been trained with.
     *
     * @param embedding for Fréchet distances
     * @param real statistics of its embeddings of real images
     * @param distance for diversity
     */
    public record Judge(ImageEmbedding embedding, FeatureStatistics real, PerceptualDistance distance) {
        public Judge {
            Objects.requireNonNull(embedding, "embedding");
            Objects.requireNonNull(real, "real");
            Objects.requireNonNull(distance, "distance");
        }
    }

    /**
     * How much is computed.
     *
     * @param steps for each domain
     * @param batch samples a step
     * @param measured samples
     */
    public record Size(int steps, int batch, ExpansionEvaluation.Size measured) {
        /** Hours. */
        public static final Size FULL = new Size(600, 8, ExpansionEvaluation.Size.FULL);

        /** Minutes; too little to learn much, enough to see what happens. */
        public static final Size QUICK = new Size(15, 8, ExpansionEvaluation.Size.QUICK);

        public Size {
            Objects.requireNonNull(measured, "measured");
        }
    }

    /** What can be left out. */
    public enum Part {
        /** Against plain adaptation: preservation, strength, cross-talk, composition, diversity. */
        COMPARISON,
        /** By the number of domains. */
        COUNT,
        /** By the distance of domains from the base. */
        DISTANCE,
        /** By the directions that domains get. */
        DIRECTIONS;

        /** All of them. */
        public static Set<Part> all() {
            return EnumSet.allOf(Part.class);
        }
    }

    /**
     * What is tried.
     *
     * @param domains of every part, at least two; mixtures are of neighbours
     * @param more domains after those for large numbers
     * @param counts of domains, at most as many as there are
     * @param spreads distances beside the default, in spreads of the latent
     * @param directions beside the default, by name
     */
    public record Plan(
            List<AdaptationObjective> domains,
            List<AdaptationObjective> more,
            List<Integer> counts,
            List<Double> spreads,
            Map<String, DirectionChoice> directions) {
        /** Numbers that fit. */
        public Plan {
            Objects.requireNonNull(domains, "domains");
            Objects.requireNonNull(more, "more");
            Objects.requireNonNull(counts, "counts");
            Objects.requireNonNull(spreads, "spreads");
            Objects.requireNonNull(directions, "directions");
            domains = List.copyOf(domains);
            more = List.copyOf(more);
            counts = List.copyOf(counts);
            spreads = List.copyOf(spreads);
            directions = Collections.unmodifiableMap(new LinkedHashMap<>(directions));
            int all = domains.size() + more.size();
            if (domains.size() < 2 || counts.stream().anyMatch(n -> n < 1 || n > all)) {
                throw new IllegalArgumentException("At least two domains are needed, and counts of 1 to " + all
                        + ", but there are " + domains.size() + " domains and the counts " + counts + ".");
            }
        }

        List<AdaptationObjective> first(int count) {
            List<AdaptationObjective> all = new ArrayList<>(domains);
            all.addAll(more);
            return all.subList(0, count);
        }
    }

    /**
     * What came out.
     *
     * @param tables by a name that a file can have
     * @param curves of the trainings, by variant
     * @param sheets pictures, by a name that a file can have
     */
    public record Outcome(Map<String, ScoreTable> tables, Map<String, Curve> curves, Map<String, ContactSheet> sheets) {
        public Outcome {
            Objects.requireNonNull(tables, "tables");
            Objects.requireNonNull(curves, "curves");
            Objects.requireNonNull(sheets, "sheets");
        }
    }

    /**
     * A training.
     *
     * @param domains names, in the order of the points' losses
     * @param points of the curve
     */
    public record Curve(List<String> domains, List<ExpansionPoint> points) {
        public Curve {
            Objects.requireNonNull(domains, "domains");
            Objects.requireNonNull(points, "points");
        }
    }

    /** An ablation of this generator. */
    public ExpansionAblation(Generator source, Recipe recipe, Judge judge, Size size) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(recipe, "recipe");
        Objects.requireNonNull(judge, "judge");
        Objects.requireNonNull(size, "size");
        this.source = source;
        this.recipe = recipe;
        this.judge = judge;
        this.size = size;
    }

    /**
     * Trains and measures all variants for all seeds.
     *
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     */
    public Outcome run(Plan plan, Set<Part> parts, List<Long> seeds, ProgressListener listener) {
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(parts, "parts");
        Objects.requireNonNull(seeds, "seeds");
        Objects.requireNonNull(listener, "listener");
        if (seeds.isEmpty() || parts.isEmpty()) {
            throw new IllegalArgumentException("At least one seed and one part are needed.");
        }
        ExpansionTables tables = new ExpansionTables();
        Map<String, Curve> curves = new LinkedHashMap<>();
        Map<String, ContactSheet> sheets = new LinkedHashMap<>();
        Pieces pieces = new Pieces(listener, seeds.size() * pieces(plan, parts));
        for (long seed : seeds) {
            Map<String, ContactSheet> shown = sheets.isEmpty() ? sheets : new LinkedHashMap<>();
            try (Trained main = trained(training(plan.domains, seed), plan.domains, pieces.next())) {
                curves.putIfAbsent("expansion", main.curve);
                if (parts.contains(Part.COMPARISON)) {
                    new ExpansionComparison(source, recipe, judge, size, plan, seed, pieces.next())
                            .run(main.generator, tables, shown);
                }
                Sweep sweep = new Sweep(seed, tables, curves, pieces);
                if (parts.contains(Part.COUNT)) {
                    shown.put(ExpansionTables.COUNT, counts(plan, main, sweep));
                }
                if (parts.contains(Part.DISTANCE)) {
                    double spread = main.generator.space().spread();
                    shown.put(ExpansionTables.DISTANCE, distances(plan, main, spread, sweep));
                }
                if (parts.contains(Part.DIRECTIONS)) {
                    shown.put(ExpansionTables.DIRECTIONS, directions(plan, main, sweep));
                }
            }
        }
        return new Outcome(tables.tables(sizes(seeds)), curves, sheets);
    }

    /** Of one seed: the main expansion, what it is compared with, and each row of the sweeps. */
    private static int pieces(Plan plan, Set<Part> parts) {
        return 1
                + (parts.contains(Part.COMPARISON) ? 1 : 0)
                + (parts.contains(Part.COUNT) ? plan.counts.size() : 0)
                + (parts.contains(Part.DISTANCE) ? 1 + plan.spreads.size() : 0)
                + (parts.contains(Part.DIRECTIONS) ? 1 + plan.directions.size() : 0);
    }

    /** The main expansion is the row of its own number of domains. */
    private ContactSheet counts(Plan plan, Trained main, Sweep sweep) {
        ContactSheet.Builder sheet = ContactSheet.titled("By the number of domains: the first five");
        for (int count : plan.counts) {
            List<AdaptationObjective> domains = plan.first(count);
            String name = count + (count == 1 ? " domain" : " domains");
            if (count == plan.domains.size()) {
                sweep.add(ExpansionTables.COUNT, name, main, domains, sheet, sweep.pieces.next());
            } else {
                sweep.train(ExpansionTables.COUNT, name, training(domains, sweep.seed), domains, sheet);
            }
        }
        return sheet.build();
    }

    private ContactSheet distances(Plan plan, Trained main, double spread, Sweep sweep) {
        ContactSheet.Builder sheet = ContactSheet.titled("By the distance of domains from the base");
        sweep.add(ExpansionTables.DISTANCE, "s as by default", main, plan.domains, sheet, sweep.pieces.next());
        for (double factor : plan.spreads) {
            DomainExpansion training = training(plan.domains, sweep.seed).distance(factor * spread);
            sweep.train(ExpansionTables.DISTANCE, "s = " + factor + " spreads", training, plan.domains, sheet);
        }
        return sheet.build();
    }

    private ContactSheet directions(Plan plan, Trained main, Sweep sweep) {
        ContactSheet.Builder sheet = ContactSheet.titled("By the directions that domains get");
        sweep.add(ExpansionTables.DIRECTIONS, "as by default", main, plan.domains, sheet, sweep.pieces.next());
        plan.directions.forEach((name, choice) -> sweep.train(
                ExpansionTables.DIRECTIONS,
                name,
                training(plan.domains, sweep.seed).directions(choice),
                plan.domains,
                sheet));
        return sheet.build();
    }

    private String sizes(List<Long> seeds) {
        return size.steps + " steps of " + size.batch + " samples for each domain; " + seeds.size()
                + (seeds.size() == 1 ? " seed; " : " seeds; ") + size.measured.samples()
                + " samples for PSNR and Frechet distance (" + judge.embedding.name() + ", "
                + judge.real.samples().orElse(0) + " real images), " + size.measured.errors() + " for errors.";
    }

    private DomainExpansion training(List<AdaptationObjective> domains, long seed) {
        return recipe.of(domains)
                .iterations(size.steps * domains.size())
                .batch(size.batch)
                .seed(seed);
    }

    private record Trained(ExpandedGenerator generator, Curve curve, double seconds) implements AutoCloseable {
        @Override
        public void close() {
            generator.close();
        }
    }

    private Trained trained(DomainExpansion training, List<AdaptationObjective> domains, ProgressListener listener) {
        long started = System.nanoTime();
        ExpandedGenerator generator = training.train(source, listener);
        Curve curve = new Curve(
                domains.stream().map(AdaptationObjective::name).toList(),
                ExpansionPoint.parse(generator.notes().getOrDefault("curve", "")));
        return new Trained(generator, curve, (System.nanoTime() - started) / 1e9);
    }

    /** Variants of which a row is measured each. */
    private final class Sweep {
        private final long seed;
        private final ExpansionTables tables;
        private final Map<String, Curve> curves;
        private final Pieces pieces;

        Sweep(long seed, ExpansionTables tables, Map<String, Curve> curves, Pieces pieces) {
            this.seed = seed;
            this.tables = tables;
            this.curves = curves;
            this.pieces = pieces;
        }

        void train(
                String table,
                String row,
                DomainExpansion training,
                List<AdaptationObjective> domains,
                ContactSheet.Builder sheet) {
            ProgressListener piece = pieces.next();
            try (Trained variant = trained(training, domains, piece.part(0, 0.8))) {
                add(table, row, variant, domains, sheet, piece.part(0.8, 1));
                curves.putIfAbsent(row, variant.curve);
            }
        }

        void add(
                String table,
                String row,
                Trained variant,
                List<AdaptationObjective> domains,
                ContactSheet.Builder sheet,
                ProgressListener listener) {
            ExpandedGenerator expanded = variant.generator;
            // The first domains are enough to compare variants, and they are the same in all.
            List<AdaptationObjective> judged = domains.subList(0, Math.min(5, domains.size()));
            ExpansionScores scores = ExpansionEvaluation.of(source, expanded, judged)
                    .size(size.measured)
                    .judgedBy(judge.embedding, judge.real)
                    .measure(listener);
            tables.variant(table, row, scores, seed, variant.seconds);
            Inputs one = source.sample(2, ExpansionEvaluation.SEED);
            List<INDArray> shown = new ArrayList<>(List.of(expanded.generate(one)));
            judged.forEach(domain -> shown.add(expanded.generate(expanded.at(one, domain.name()))));
            sheet.row(row, Nd4j.concat(0, shown.toArray(INDArray[]::new)));
        }
    }
}
