package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Colours;
import io.github.rewrite4j.samediff.tape.Grids;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Moments;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A domain in the style of pictures: colours and textures as a network's maps hold them, wherever they are. Of each stage
 * the loss compares statistics S of the channels, taken over positions, with their mean S* over the reference pictures:
 *
 * <pre>
 * L = sum_stages weight sum_S |S(edit) - S*|^2 / |S*|^2     (mean over samples)
 * </pre>
 *
 * <p>Dividing by |S*|^2 makes stages count alike, whatever the network. S are means and variances (Li et al. 2017, Huang and
 * Belongie 2017), means and covariances, or the Gram matrix (Gatys et al. 2016). Immutable. Cost beside the network: for
 * covariances and Gram matrices C^2 h w multiplications for each stage and picture.
 */
public final class StyleStatistics implements AdaptationObjective {
    /** What is compared. */
    public enum Kind {
        /** Mean and variance of each channel: 2 C numbers for a stage. */
        MEAN_AND_VARIANCE,
        /** Mean of each channel and covariance of each two. */
        MEAN_AND_COVARIANCE,
        /** Mean product of each two channels. */
        GRAM;

        private List<Node> of(Node maps) {
            return switch (this) {
                case MEAN_AND_VARIANCE -> List.of(Grids.mean(maps), Moments.variance(maps));
                case MEAN_AND_COVARIANCE -> List.of(Grids.mean(maps), Moments.covariance(maps));
                case GRAM -> List.of(Moments.gram(maps));
            };
        }
    }

    private final String name;
    private final TapedFeatures network;
    private final Kind kind;
    private final List<List<Target>> stages;
    private final double[] weights;
    private final long pictures;

    /** Mean of one statistic over the reference pictures. */
    private static final class Target {
        final double[] mean;
        final double square;

        Target(double[] mean) {
            this.mean = mean;
            this.square = Arrays.stream(mean).map(v -> v * v).sum();
            if (!(square > 0) || Double.isInfinite(square)) {
                throw new RewriteException("A style statistic of the reference pictures has the length "
                        + Math.sqrt(square) + ": it must be finite and not 0. Is a whole stage of the network silent?");
            }
        }
    }

    private StyleStatistics(
            String name, TapedFeatures network, Kind kind, List<List<Target>> stages, double[] weights, long pictures) {
        this.name = name;
        this.network = network;
        this.kind = kind;
        this.stages = List.copyOf(stages);
        this.weights = weights;
        this.pictures = pictures;
    }

    /**
     * The domain in the style of pictures: means and covariances.
     *
     * @param name of the domain
     * @param network sees the style
     * @param references [N, 3, H, W] in [-1, 1], one is enough
     */
    public static StyleStatistics of(String name, TapedFeatures network, INDArray references) {
        return of(name, network, references, Kind.MEAN_AND_COVARIANCE);
    }

    /** As {@link #of(String, TapedFeatures, INDArray)} with other statistics. */
    public static StyleStatistics of(String name, TapedFeatures network, INDArray references, Kind kind) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(references, "references");
        Objects.requireNonNull(kind, "kind");
        List<List<double[]>> sums = new ArrayList<>();
        EmbeddedPictures.each("reference pictures", references, (tape, batch) -> {
            List<Node> maps = network.features(tape, Colours.of(batch));
            for (int s = 0; s < maps.size(); s++) {
                if (sums.size() <= s) {
                    sums.add(new ArrayList<>());
                }
                add(sums.get(s), kind, maps.get(s), references.size(0));
            }
        });
        List<List<Target>> stages = sums.stream()
                .map(stage -> stage.stream().map(Target::new).toList())
                .toList();
        double[] ones = new double[stages.size()];
        Arrays.fill(ones, 1);
        return new StyleStatistics(name, network, kind, stages, ones, references.size(0));
    }

    private static void add(List<double[]> sums, Kind kind, Node map, long pictures) {
        List<Node> statistics = kind.of(map);
        for (int k = 0; k < statistics.size(); k++) {
            Node rows = statistics.get(k);
            if (sums.size() <= k) {
                sums.add(new double[rows.rowLength()]);
            }
            double[] sum = sums.get(k);
            for (int i = 0; i < rows.length(); i++) {
                sum[i % sum.length] += rows.value()[i] / (double) pictures;
            }
        }
    }

    /**
     * Other weights of the stages; 1 each by default. Fine stages hold colours and strokes, coarse ones larger patterns.
     *
     * @param weight one for each stage of the network, fine ones first; 0 leaves a stage out
     */
    public StyleStatistics stages(double... weight) {
        Objects.requireNonNull(weight, "weight");
        boolean numbers = Arrays.stream(weight).allMatch(w -> w >= 0 && Double.isFinite(w));
        if (weight.length != stages.size() || !numbers || Arrays.stream(weight).sum() == 0) {
            throw new IllegalArgumentException("The weights of the stages are " + Arrays.toString(weight)
                    + ", but expected was one number from 0 for each of the " + stages.size() + " stages of "
                    + network.name() + ", not all 0.");
        }
        return new StyleStatistics(name, network, kind, stages, weight.clone(), pictures);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Node loss(Tape tape, AdaptationBatch batch) {
        Objects.requireNonNull(tape, "tape");
        List<Node> maps = network.features(tape, Colours.of(batch.edit()));
        List<Node> losses = new ArrayList<>();
        List<Double> factors = new ArrayList<>();
        for (int s = 0; s < maps.size(); s++) {
            if (weights[s] == 0) {
                continue;
            }
            List<Node> statistics = kind.of(maps.get(s));
            for (int k = 0; k < statistics.size(); k++) {
                losses.add(between(statistics.get(k), stages.get(s).get(k)));
                factors.add(weights[s]);
            }
        }
        float[] all = new float[factors.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = factors.get(i).floatValue();
        }
        return Arithmetic.weightedSum(all, losses.toArray(Node[]::new));
    }

    /** Mean over samples of |S - S*|^2 / |S*|^2. */
    private static Node between(Node statistic, Target target) {
        Tape tape = statistic.tape();
        float[] means = tape.array(statistic.length());
        float[] shares = tape.array(statistic.length());
        Arrays.fill(shares, (float) (1 / (target.square * statistic.size(0))));
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) target.mean[i % target.mean.length];
        }
        return Losses.weightedSquares(statistic, tape.constant(means, statistic.shape()), shares);
    }

    @Override
    public Map<String, String> recipe() {
        return new TreeMap<>(Map.of(
                "kind",
                "style, " + kind,
                "network",
                network.name(),
                "stages",
                Arrays.toString(weights),
                "pictures",
                Long.toString(pictures),
                "target",
                Integer.toHexString(stages.stream()
                        .flatMap(List::stream)
                        .map(target -> Arrays.hashCode(target.mean))
                        .toList()
                        .hashCode())));
    }
}
