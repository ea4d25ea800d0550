package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.evaluation.ObjectiveErrors.Judged;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.AdaptedNetwork;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.metric.FeatureStatistics;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import io.github.rewrite4j.samediff.perception.EmbeddingDistance;
import io.github.rewrite4j.samediff.perception.ImageEmbedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Source and expanded generator at the same latents, and the errors of objectives there. */
public final class ErrorBench implements AutoCloseable {
    private static final int AT_ONCE = 256;

    private final LatentNetwork network;
    private final AdaptedNetwork source;
    private final AdaptedNetwork expanded;
    private final LatentSubspaces subspaces;
    private final List<AdaptationObjective> objectives;
    private final ObjectiveErrors errors;
    private final Drawn shared;
    private final Map<String, Drawn> anchored = new HashMap<>();
    private final long seed;

    /**
     * Samples that errors are measured on.
     *
     * @param latents not projected
     * @param judged their bases, and what the source draws there
     */
    private record Drawn(List<double[]> latents, Judged judged) {
        double[][] rows() {
            return latents.toArray(double[][]::new);
        }
    }

    public ErrorBench(
            Generator source,
            ExpandedGenerator expanded,
            List<AdaptationObjective> objectives,
            int samples,
            long seed) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(expanded, "expanded");
        Objects.requireNonNull(objectives, "objectives");
        this.network = LatentNetwork.of(source);
        this.source = AdaptedNetwork.of(network);
        this.expanded = AdaptedNetwork.of(LatentNetwork.of(expanded));
        this.subspaces = expanded.subspaces();
        this.objectives = objectives;
        this.seed = seed;
        this.errors = new ObjectiveErrors(seed);
        double[][] latents = latents(samples, seed);
        this.shared = drawn(latents, List.of());
        for (AdaptationObjective objective : objectives) {
            objective.anchors().ifPresent(rows -> anchored.put(objective.name(), anchored(rows, samples)));
        }
    }

    private Drawn drawn(double[][] latents, List<Integer> anchors) {
        double[][] base = base(latents);
        return new Drawn(List.of(latents), new Judged(List.of(base), anchors, source.images(base)));
    }

    private Drawn anchored(INDArray anchors, int samples) {
        double[][] rows = anchors.castTo(DataType.DOUBLE).toDoubleMatrix();
        double[][] latents = new double[samples][];
        List<Integer> numbers = new ArrayList<>();
        for (int n = 0; n < samples; n++) {
            numbers.add(n % rows.length);
            latents[n] = rows[n % rows.length];
        }
        return drawn(latents, numbers);
    }

    public AdaptedNetwork source() {
        return source;
    }

    public AdaptedNetwork expanded() {
        return expanded;
    }

    /** Latents of the first samples of a seed, not projected. */
    public double[][] latents(int count, long seed) {
        return network.latents(network.sampler().sample(count, seed))
                .castTo(DataType.DOUBLE)
                .toDoubleMatrix();
    }

    public double[][] base(double[][] latents) {
        Objects.requireNonNull(latents, "latents");
        return Arrays.stream(latents).map(subspaces::base).toArray(double[][]::new);
    }

    double[][] in(double[][] latents, Map<String, Double> amounts) {
        double[] all = new double[subspaces.domains().size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = amounts.getOrDefault(subspaces.domains().get(i).name(), 0.0);
        }
        return Arrays.stream(latents)
                .map(latent -> subspaces.mixed(latent, all))
                .toArray(double[][]::new);
    }

    /** How a network keeps the old images, on the first samples of a seed; some hundred images are held at a time. */
    public Preservation preservation(
            AdaptedNetwork by,
            int samples,
            long seed,
            Optional<ImageEmbedding> judge,
            Optional<FeatureStatistics> real) {
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(judge, "judge");
        Objects.requireNonNull(real, "real");
        Optional<ImageEmbedding> looking = judge.filter(network -> real.isPresent());
        Kept kept = new Kept(looking, samples);
        double[][] latents = latents(samples, seed);
        for (int from = 0; from < samples; from += AT_ONCE) {
            kept.add(by, Arrays.copyOfRange(latents, from, Math.min(samples, from + AT_ONCE)));
        }
        Optional<Preservation.Frechet> frechet = looking.map(network -> {
            FeatureStatistics faces = real.orElseThrow();
            return new Preservation.Frechet(
                    network.name(),
                    faces.samples().orElse(0),
                    distance(network, kept.plain, faces),
                    distance(network, kept.before, faces),
                    distance(network, again(network, samples, (seed + 1) % (1L << 32)), faces),
                    distance(network, kept.after, faces));
        });
        return new Preservation(
                samples, Psnr.meanOf(kept.psnr), Psnr.meanOf(kept.projection), Psnr.meanOf(kept.raw), frechet);
    }

    /** What is kept of images while many are compared. */
    private final class Kept {
        private final Optional<ImageEmbedding> judge;
        private final double[] psnr;
        private final double[] projection;
        private final double[] raw;
        private final List<INDArray> plain = new ArrayList<>();
        private final List<INDArray> before = new ArrayList<>();
        private final List<INDArray> after = new ArrayList<>();
        private int at;

        Kept(Optional<ImageEmbedding> judge, int samples) {
            this.judge = judge;
            this.psnr = new double[samples];
            this.projection = new double[samples];
            this.raw = new double[samples];
        }

        void add(AdaptedNetwork by, double[][] latents) {
            double[][] projected = base(latents);
            INDArray unprojected = source.images(latents);
            INDArray old = source.images(projected);
            INDArray now = by.images(projected);
            Psnr decibels = Psnr.forRange(ImageRange.SYMMETRIC);
            System.arraycopy(decibels.perImage(now, old), 0, psnr, at, latents.length);
            System.arraycopy(decibels.perImage(old, unprojected), 0, projection, at, latents.length);
            System.arraycopy(decibels.perImage(now, unprojected), 0, raw, at, latents.length);
            at += latents.length;
            judge.ifPresent(network -> {
                plain.add(network.embedding(clipped(unprojected)));
                before.add(network.embedding(clipped(old)));
                after.add(network.embedding(clipped(now)));
            });
        }
    }

    /** What the source draws at projected latents of other samples: by how much chance moves a distance. */
    private List<INDArray> again(ImageEmbedding judge, int samples, long seed) {
        double[][] projected = base(latents(samples, seed));
        List<INDArray> seen = new ArrayList<>();
        for (int from = 0; from < samples; from += AT_ONCE) {
            double[][] some = Arrays.copyOfRange(projected, from, Math.min(samples, from + AT_ONCE));
            seen.add(judge.embedding(clipped(source.images(some))));
        }
        return seen;
    }

    private static double distance(ImageEmbedding network, List<INDArray> seen, FeatureStatistics real) {
        INDArray rows = Nd4j.concat(0, seen.toArray(INDArray[]::new));
        return EmbeddingDistance.between(network, FeatureStatistics.ofFeatures(rows), real)
                .value();
    }

    static INDArray clipped(INDArray images) {
        return Transforms.max(Transforms.min(images, 1.0, true), -1.0, true);
    }

    private Drawn drawn(AdaptationObjective objective) {
        return anchored.getOrDefault(objective.name(), shared);
    }

    /** Errors of images that a network draws of an objective's samples, in a place of the latent space. */
    private double[] errors(AdaptationObjective objective, AdaptedNetwork by, Map<String, Double> amounts) {
        Drawn drawn = drawn(objective);
        return errors.of(objective, drawn.judged, by.images(in(drawn.rows(), amounts)));
    }

    /** Mean error of an objective on base latents that another network draws. */
    public double error(AdaptationObjective objective, AdaptedNetwork by) {
        Objects.requireNonNull(objective, "objective");
        Objects.requireNonNull(by, "by");
        return mean(errors(objective, by, Map.of()));
    }

    private static double mean(double... values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    CrossTalk crossTalk(Map<String, AdaptedNetwork> dedicated, ExpansionEvaluation.Progress progress) {
        int n = objectives.size();
        double[][] before = new double[n][n + 1];
        double[][] after = new double[n][n + 1];
        for (int place = 0; place <= n; place++) {
            String name =
                    place == 0 ? CrossTalk.BASE : objectives.get(place - 1).name();
            progress.next("errors in " + name);
            Map<String, Double> amounts = place == 0 ? Map.of() : Map.of(name, 1.0);
            double[][] at = in(shared.rows(), amounts);
            INDArray old = source.images(at);
            INDArray now = expanded.images(at);
            for (int i = 0; i < n; i++) {
                AdaptationObjective objective = objectives.get(i);
                if (anchored.containsKey(objective.name())) {
                    before[i][place] = mean(errors(objective, source, amounts));
                    after[i][place] = mean(errors(objective, expanded, amounts));
                } else {
                    before[i][place] = errors.mean(objective, shared.judged, old);
                    after[i][place] = errors.mean(objective, shared.judged, now);
                }
            }
        }
        List<String> names = objectives.stream().map(AdaptationObjective::name).toList();
        double[][] apart = dedicated.keySet().containsAll(names) ? apart(names, dedicated) : new double[0][];
        return CrossTalk.of(names, before, after, apart);
    }

    /** Errors of every objective in every dedicated adaptation. */
    private double[][] apart(List<String> names, Map<String, AdaptedNetwork> dedicated) {
        double[][] apart = new double[names.size()][names.size()];
        for (int j = 0; j < names.size(); j++) {
            AdaptedNetwork network = Named.in(dedicated, names.get(j));
            INDArray images = network.images(in(shared.rows(), Map.of()));
            for (int i = 0; i < names.size(); i++) {
                AdaptationObjective objective = objectives.get(i);
                apart[i][j] = anchored.containsKey(objective.name())
                        ? error(objective, network)
                        : errors.mean(objective, shared.judged, images);
            }
        }
        return apart;
    }

    Traversal traversal(AdaptationObjective objective) {
        double[][] perAmount = Traversal.AMOUNTS.stream()
                .map(amount -> errors(objective, expanded, Map.of(objective.name(), amount)))
                .toArray(double[][]::new);
        return Traversal.of(objective.name(), Traversal.AMOUNTS, perAmount);
    }

    /** A pair by the expanded generator and, where there are dedicated adaptations, by mixtures of their weights. */
    List<Composition> compositions(String first, String second, Map<String, AdaptedNetwork> dedicated) {
        Mixing mixing = new Mixing(objective(first), objective(second), errors, seed);
        List<Composition> all = new ArrayList<>();
        all.add(mixing.measured("expanded", (samplesOf, a, b) -> {
            Map<String, Double> amounts = new LinkedHashMap<>(Map.of(first, a));
            amounts.merge(second, b, Double::sum);
            Drawn drawn = samplesOf.map(this::drawn).orElse(shared);
            return new Mixing.Drawn(drawn.judged, expanded.images(in(drawn.rows(), amounts)));
        }));
        AdaptedNetwork one = dedicated.get(first);
        AdaptedNetwork other = dedicated.get(second);
        if (one != null && other != null) {
            all.add(mixing.measured(
                    "weights interpolated",
                    (samplesOf, a, b) -> plain(samplesOf, a == 0 ? other : one.plus(b, one, other))));
            all.add(mixing.measured(
                    "weights added",
                    (samplesOf, a, b) -> plain(samplesOf, a == 0 ? other : one.plus(b, source, other))));
        }
        return all;
    }

    private Mixing.Drawn plain(Optional<AdaptationObjective> samplesOf, AdaptedNetwork by) {
        Drawn drawn = samplesOf.map(this::drawn).orElse(shared);
        return new Mixing.Drawn(drawn.judged, by.images(in(drawn.rows(), Map.of())));
    }

    private AdaptationObjective objective(String name) {
        return objectives.stream()
                .filter(o -> o.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no objective '" + name
                        + "' to judge a mixture by; there are "
                        + objectives.stream().map(AdaptationObjective::name).toList() + "."));
    }

    @Override
    public void close() {
        errors.close();
    }
}
