package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A domain that lies in a direction of what networks see (StyleGAN-NADA, Gal et al. 2021; Nitzan et al. 2023, equation 8):
 *
 * <pre>
 * L = sum_k weight_k (1 - &lt;normalise(E_k(edit) - E_k(reference)), direction_k&gt;)
 * </pre>
 *
 * <p>The reference is the base image of the same latent by the generator in training, without gradient (appendix D.2), so
 * that every picture moves in the same direction and variety stays; the frozen source's image is the other choice. Only
 * the direction counts, not how far pictures move: how strong a domain becomes is a matter of its distance and of the
 * number of steps. What is learnt is no better than the networks: several see more than one, and a network that judges the
 * result must be another one. Immutable.
 */
public final class DirectionalEmbedding implements AdaptationObjective {
    private final String name;
    private final List<EmbeddingDirection> directions;
    private final List<Double> weights;
    private final boolean againstSource;

    private DirectionalEmbedding(
            String name, List<EmbeddingDirection> directions, List<Double> weights, boolean againstSource) {
        this.name = name;
        this.directions = List.copyOf(directions);
        this.weights = List.copyOf(weights);
        this.againstSource = againstSource;
    }

    /**
     * The domain in this direction.
     *
     * @param name of the domain
     */
    public static DirectionalEmbedding along(String name, EmbeddingDirection direction) {
        return along(name, direction, 1);
    }

    /** As {@link #along(String, EmbeddingDirection)}, with a weight against those that are {@linkplain #and added}. */
    public static DirectionalEmbedding along(String name, EmbeddingDirection direction, double weight) {
        Objects.requireNonNull(name, "name");
        return new DirectionalEmbedding(name, List.of(), List.of(), false).and(direction, weight);
    }

    /** Adds what another network sees. */
    public DirectionalEmbedding and(EmbeddingDirection direction, double weight) {
        Objects.requireNonNull(direction, "direction");
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("The weight of the " + direction + " is " + weight
                    + ": it must be positive, 1 as for the first one.");
        }
        List<EmbeddingDirection> all = new ArrayList<>(directions);
        List<Double> more = new ArrayList<>(weights);
        all.add(direction);
        more.add(weight);
        return new DirectionalEmbedding(name, all, more, againstSource);
    }

    /** Measures movement from the image of the frozen source instead of the trained generator's base. */
    public DirectionalEmbedding againstSource() {
        return new DirectionalEmbedding(name, directions, weights, true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Node loss(Tape tape, AdaptationBatch batch) {
        Objects.requireNonNull(tape, "tape");
        Node reference = againstSource ? batch.source() : batch.base();
        Node[] losses = new Node[directions.size()];
        float[] factors = new float[losses.length];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = directions.get(i).loss(tape, batch.edit(), reference);
            factors[i] = weights.get(i).floatValue();
        }
        return Arithmetic.weightedSum(factors, losses);
    }

    @Override
    public Map<String, String> recipe() {
        TreeMap<String, String> facts = new TreeMap<>(Map.of("kind", "direction of an embedding"));
        facts.put("reference", againstSource ? "source" : "base");
        for (int i = 0; i < directions.size(); i++) {
            EmbeddingDirection direction = directions.get(i);
            facts.put(
                    "direction" + i,
                    weights.get(i) + " x " + direction + ", "
                            + Integer.toHexString(Arrays.hashCode(direction.direction())));
        }
        return facts;
    }
}
