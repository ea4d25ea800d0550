package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.AdaptedNetwork;
import io.github.rewrite4j.samediff.metric.Diversity;
import io.github.rewrite4j.samediff.metric.FeatureStatistics;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.perception.EmbeddingDistance;
import io.github.rewrite4j.samediff.perception.ImageEmbedding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures an expanded generator (Nitzan et al. 2023, section 5) on samples that it was not trained on: what became of the
 * old images, how much of each domain was learnt, whether domains disturb each other, and whether they can be entered
 * gradually and mixed.
 *
 * <pre>{@code
 * ExpansionScores scores = ExpansionEvaluation.of(avatars, expanded, objectives)
 *         .judgedBy(network, realImages)
 *         .measure(listener);
 * }</pre>
 *
 * <p>Errors are those of the objectives, sample by sample. Cost: some 3 images for each sample, and for each objective
 * and each of fewer samples 2 images and 2 errors in every domain and 5 on the way into its own. Immutable; methods return
 * changed copies.
 */
public final class ExpansionEvaluation {
    /** The seed of samples unless another is asked for. */
    public static final long SEED = 2029;

    private final Generator source;
    private final ExpandedGenerator expanded;
    private final List<AdaptationObjective> objectives;
    private final Settings settings;

    /**
     * How much is measured.
     *
     * @param samples for preservation
     * @param errors samples for errors of objectives
     * @param diversity images compared for diversity
     */
    public record Size(int samples, int errors, int diversity) {
        /** A minute or two for five domains on two quiet cores. */
        public static final Size FULL = new Size(1000, 200, 300);

        /** Seconds; numbers of errors carry a few per cent of chance. */
        public static final Size QUICK = new Size(200, 24, 60);

        /** At least two of each. */
        public Size {
            if (samples < 2 || errors < 2 || diversity < 2) {
                throw new IllegalArgumentException("At least two samples of each kind are needed, not " + samples + ", "
                        + errors + " and " + diversity + ".");
            }
        }
    }

    private record Settings(
            Size size,
            long seed,
            Optional<ImageEmbedding> judge,
            Optional<FeatureStatistics> real,
            Optional<PerceptualDistance> distance,
            Map<String, AdaptedNetwork> dedicated,
            List<List<String>> pairs) {}

    private ExpansionEvaluation(
            Generator source, ExpandedGenerator expanded, List<AdaptationObjective> objectives, Settings settings) {
        this.source = source;
        this.expanded = expanded;
        this.objectives = List.copyOf(objectives);
        this.settings = settings;
        objectives.forEach(objective -> expanded.domain(objective.name()));
    }

    /**
     * An evaluation of the full size on samples of seed {@value #SEED}.
     *
     * @param source what was expanded
     * @param objectives of some or all domains, by their names
     */
    public static ExpansionEvaluation of(
            Generator source, ExpandedGenerator expanded, List<? extends AdaptationObjective> objectives) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(expanded, "expanded");
        Objects.requireNonNull(objectives, "objectives");
        return new ExpansionEvaluation(
                source,
                expanded,
                List.copyOf(objectives),
                new Settings(
                        Size.FULL, SEED, Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), List.of()));
    }

    /** Another size. */
    public ExpansionEvaluation size(Size size) {
        Objects.requireNonNull(size, "size");
        return with(new Settings(
                size,
                settings.seed,
                settings.judge,
                settings.real,
                settings.distance,
                settings.dedicated,
                settings.pairs));
    }

    /** Samples of another seed; the training's own would flatter. */
    public ExpansionEvaluation seed(long seed) {
        return with(new Settings(
                settings.size,
                seed,
                settings.judge,
                settings.real,
                settings.distance,
                settings.dedicated,
                settings.pairs));
    }

    /**
     * Measures Fréchet distances as well.
     *
     * @param network one that was not trained with
     * @param realImages [N, 3, H, W] in [-1, 1], thousands; looked at once, here
     */
    public ExpansionEvaluation judgedBy(ImageEmbedding network, INDArray realImages) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(realImages, "realImages");
        return judgedBy(network, EmbeddingDistance.statistics(network, realImages));
    }

    /** As {@link #judgedBy(ImageEmbedding, INDArray)}, from statistics of real images by the same network. */
    public ExpansionEvaluation judgedBy(ImageEmbedding network, FeatureStatistics real) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(real, "real");
        return with(new Settings(
                settings.size,
                settings.seed,
                Optional.of(network),
                Optional.of(real),
                settings.distance,
                settings.dedicated,
                settings.pairs));
    }

    /** Measures diversity as well, by the name of the network that compares. */
    public ExpansionEvaluation diversity(PerceptualDistance distance) {
        Objects.requireNonNull(distance, "distance");
        return with(new Settings(
                settings.size,
                settings.seed,
                settings.judge,
                settings.real,
                Optional.of(distance),
                settings.dedicated,
                settings.pairs));
    }

    /** Compares with adaptations to single domains, by name of the domain. */
    public ExpansionEvaluation beside(Map<String, AdaptedNetwork> dedicated) {
        Objects.requireNonNull(dedicated, "dedicated");
        return with(new Settings(
                settings.size,
                settings.seed,
                settings.judge,
                settings.real,
                settings.distance,
                Map.copyOf(dedicated),
                settings.pairs));
    }

    /** Measures the mixture of two domains as well; may be repeated. */
    public ExpansionEvaluation composing(String first, String second) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        List<List<String>> pairs = new ArrayList<>(settings.pairs);
        pairs.add(List.of(first, second));
        return with(new Settings(
                settings.size,
                settings.seed,
                settings.judge,
                settings.real,
                settings.distance,
                settings.dedicated,
                pairs));
    }

    private ExpansionEvaluation with(Settings other) {
        return new ExpansionEvaluation(source, expanded, objectives, other);
    }

    /**
     * Measures.
     *
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     */
    public ExpansionScores measure(ProgressListener listener) {
        Objects.requireNonNull(listener, "listener");
        int steps = 3 + 2 * objectives.size() + settings.pairs.size();
        Progress progress = new Progress(listener, steps);
        try (ErrorBench bench = new ErrorBench(source, expanded, objectives, settings.size.errors(), settings.seed)) {
            progress.next("old images");
            Preservation preservation = bench.preservation(
                    bench.expanded(), settings.size.samples(), settings.seed, settings.judge, settings.real);
            progress.next("diversity");
            Map<String, Diversity> diversity = new LinkedHashMap<>();
            if (settings.distance.isPresent()) {
                diversity.putAll(diversity(bench, settings.distance.get()));
            }
            CrossTalk crossTalk = bench.crossTalk(settings.dedicated, progress);
            List<Traversal> traversals = new ArrayList<>();
            for (AdaptationObjective objective : objectives) {
                progress.next("way into " + objective.name());
                traversals.add(bench.traversal(objective));
            }
            List<Composition> compositions = new ArrayList<>();
            for (List<String> pair : settings.pairs) {
                progress.next("mixtures");
                compositions.addAll(bench.compositions(pair.get(0), pair.get(1), settings.dedicated));
            }
            progress.next("done");
            return new ExpansionScores(
                    preservation, strengths(bench, crossTalk), crossTalk, traversals, compositions, diversity);
        }
    }

    /** Counts steps of the whole. */
    static final class Progress {
        private final ProgressListener listener;
        private final int total;
        private int done;

        Progress(ProgressListener listener, int total) {
            this.listener = listener;
            this.total = total;
        }

        void next(String what) {
            listener.report(Stage.MEASURING.saying("measuring: " + what), Math.min(done++, total), total);
        }
    }

    private List<DomainStrength> strengths(ErrorBench bench, CrossTalk crossTalk) {
        List<DomainStrength> strengths = new ArrayList<>();
        for (int i = 0; i < objectives.size(); i++) {
            AdaptationObjective objective = objectives.get(i);
            Optional<AdaptedNetwork> dedicated = Optional.ofNullable(settings.dedicated.get(objective.name()));
            strengths.add(new DomainStrength(
                    objective.name(),
                    crossTalk.after().get(i).get(0),
                    crossTalk.after().get(i).get(i + 1),
                    crossTalk.before().get(i).get(0),
                    dedicated.stream()
                            .mapToDouble(network -> bench.error(objective, network))
                            .findFirst()));
        }
        return strengths;
    }

    private Map<String, Diversity> diversity(ErrorBench bench, PerceptualDistance distance) {
        double[][] latents = bench.latents(settings.size.diversity(), settings.seed);
        Map<String, Diversity> all = new LinkedHashMap<>();
        all.put("source", diversity(bench.source().images(latents), distance));
        all.put(CrossTalk.BASE, diversity(bench.expanded().images(bench.base(latents)), distance));
        for (AdaptationObjective objective : objectives) {
            double[][] inDomain = bench.in(latents, Map.of(objective.name(), 1.0));
            all.put(objective.name(), diversity(bench.expanded().images(inDomain), distance));
        }
        return all;
    }

    private static Diversity diversity(INDArray images, PerceptualDistance distance) {
        int clusters = (int) Math.min(10, images.size(0) / 2);
        return Diversity.aroundMedoids(Math.max(1, clusters), ErrorBench.clipped(images), distance);
    }
}
