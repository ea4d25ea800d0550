package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.perception.JointSpace;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.perception.TextTemplates;
import io.github.rewrite4j.samediff.perception.UnitEmbedding;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Colours;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where pictures should move in the embedding of a network: a direction of length one, and the network that it belongs to.
 * Five ways to say it: a vector, two sets of pictures, pictures against what a generator draws, two texts of a joint space,
 * and texts whose vectors come from elsewhere. Immutable.
 */
public final class EmbeddingDirection {
    private static final int SAMPLES = 128;
    private static final long SEED = 11;

    private final TapedFeatures network;
    private final double[] direction;
    private final String origin;

    private EmbeddingDirection(TapedFeatures network, double[] vector, String origin) {
        double square = 0;
        for (double number : vector) {
            square += number * number;
        }
        if (!(square > 0) || Double.isInfinite(square)) {
            throw new IllegalArgumentException("The direction " + origin + " in the embedding of " + network.name()
                    + " has the length " + Math.sqrt(square)
                    + ": it must be finite and not 0. Are both sides the same, or seen as the same by this network?");
        }
        this.network = network;
        double length = Math.sqrt(square);
        this.direction = Arrays.stream(vector).map(v -> v / length).toArray();
        this.origin = origin;
    }

    /**
     * A direction that is known.
     *
     * @param vector as long as the embedding, of any length but 0
     */
    public static EmbeddingDirection of(TapedFeatures network, double... vector) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(vector, "vector");
        return new EmbeddingDirection(network, vector, "of a vector");
    }

    /**
     * From what some pictures show to what others show: mean E(targets) - mean E(sources).
     *
     * @param sources [n, 3, H, W] in [-1, 1]
     * @param targets [m, 3, H, W] in [-1, 1]
     */
    public static EmbeddingDirection between(TapedFeatures network, INDArray sources, INDArray targets) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(sources, "sources");
        Objects.requireNonNull(targets, "targets");
        double[] from = EmbeddedPictures.meanEmbedding(network, "source pictures", sources);
        double[] to = EmbeddedPictures.meanEmbedding(network, "target pictures", targets);
        return new EmbeddingDirection(
                network, difference(to, from), "from " + sources.size(0) + " to " + targets.size(0) + " pictures");
    }

    /**
     * From what a generator draws to what pictures show: mean E(targets) - mean E(G(z)) over 128 samples.
     *
     * @param targets [m, 3, H, W] in [-1, 1]
     */
    public static EmbeddingDirection towards(TapedFeatures network, Generator generator, INDArray targets) {
        return towards(network, generator, targets, SAMPLES, SEED);
    }

    /** As {@link #towards(TapedFeatures, Generator, INDArray)} over other samples. */
    public static EmbeddingDirection towards(
            TapedFeatures network, Generator generator, INDArray targets, int samples, long seed) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(targets, "targets");
        EmbeddedPictures.require("target pictures", targets);
        return between(network, generator.generate(generator.sample(samples, seed)), targets);
    }

    /**
     * The difference of texts in a joint space of texts and pictures: normalise(mean_k (E_T(target_k) - E_T(source_k))),
     * every vector taken at length one, and with them the embeddings of pictures ({@link UnitEmbedding}).
     *
     * @param network the picture side of the joint space
     * @param sources vectors of the source text, one for each template, such as "a photo of a {}"
     * @param targets vectors of the target text for the same templates
     */
    public static EmbeddingDirection ofTexts(TapedFeatures network, double[][] sources, double[][] targets) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(sources, "sources");
        Objects.requireNonNull(targets, "targets");
        return new EmbeddingDirection(
                new UnitEmbedding(network),
                difference(mean("target", targets), mean("source", sources)),
                "of texts in " + targets.length + " templates");
    }

    /**
     * From what one text says to what another says, seen by the picture side of their space:
     * normalise(mean_k (E_T(template_k(target)) - E_T(template_k(source)))), every vector at length one (StyleGAN-NADA, Gal et
     * al. 2021; Nitzan et al. 2023, equation 8).
     *
     * @param source what the generator draws, such as "a photo"
     * @param target what it should draw, such as "a sketch"
     * @param templates sentences that both are put into
     */
    public static EmbeddingDirection ofWords(JointSpace space, String source, String target, TextTemplates templates) {
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(templates, "templates");
        EmbeddingDirection found =
                ofTexts(space.pictures(), space.texts(templates.of(source)), space.texts(templates.of(target)));
        return new EmbeddingDirection(
                found.network,
                found.direction,
                "from '" + source + "' to '" + target + "' in "
                        + templates.sentences().size() + " sentences");
    }

    private static double[] mean(String side, double[][] vectors) {
        if (vectors.length == 0) {
            throw new IllegalArgumentException(
                    "There is no vector of the " + side + " text: give one for each template.");
        }
        double[] mean = new double[vectors[0].length];
        for (double[] vector : vectors) {
            double length = Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
            if (!(length > 0) || Double.isInfinite(length) || vector.length != mean.length) {
                throw new IllegalArgumentException("A vector of the " + side + " text has " + vector.length
                        + " numbers and the length " + length + ": expected were " + mean.length
                        + " finite numbers, not all 0.");
            }
            for (int i = 0; i < mean.length; i++) {
                mean[i] += vector[i] / length / vectors.length;
            }
        }
        return mean;
    }

    private static double[] difference(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("The vectors of target and source have " + a.length + " and " + b.length
                    + " numbers: they must come from one network.");
        }
        double[] difference = a.clone();
        for (int i = 0; i < a.length; i++) {
            difference[i] -= b[i];
        }
        return difference;
    }

    /** A copy of the direction, of length one. */
    public double[] direction() {
        return direction.clone();
    }

    /** The network whose embedding it lies in. */
    public TapedFeatures network() {
        return network;
    }

    /** 1 - mean over samples of the cosine between E(edit) - E(reference) and this; at equal pictures it is 1. */
    Node loss(Tape tape, Node edit, Node reference) {
        Node moved = Arithmetic.subtract(
                network.embedding(tape, Colours.of(edit)),
                tape.detach(network.embedding(tape, Colours.of(tape.detach(reference)))));
        int d = moved.size(1);
        if (d != direction.length) {
            throw new RewriteException("The direction " + origin + " has " + direction.length + " numbers, but "
                    + network.name() + " makes embeddings of " + d + ": take one of the same network.");
        }
        float[] along = new float[d];
        for (int i = 0; i < d; i++) {
            along[i] = (float) direction[i];
        }
        Node cosines = Dense.linear(Dense.unit(moved), tape.constant(along, 1, d), tape.constant(new float[] {0}, 1));
        return Arithmetic.scale(Arithmetic.mean(cosines), -1, 1);
    }

    @Override
    public String toString() {
        return "direction " + origin + " seen by " + network.name();
    }
}
