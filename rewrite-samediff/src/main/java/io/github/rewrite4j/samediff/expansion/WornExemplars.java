package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A domain in which everybody wears a thing that the generator never drew: the target is the thing of one of a few
 * exemplars laid over the old image, o + (1 - alpha) G(w). The loss is mean |edit - target| over the picture, plus the
 * same mean inside the mask. Immutable.
 */
public final class WornExemplars implements AdaptationObjective {
    private final String name;
    private final List<Exemplar> exemplars;
    private final double inside;

    private WornExemplars(String name, List<Exemplar> exemplars, double inside) {
        if (exemplars.isEmpty()) {
            throw new IllegalArgumentException("The domain '" + name + "' needs at least one exemplar.");
        }
        this.name = name;
        this.exemplars = List.copyOf(exemplars);
        this.inside = inside;
    }

    /**
     * The domain of a thing.
     *
     * @param exemplars one to a few pictures of it; sized to the generator's images where they are not
     */
    public static WornExemplars of(String name, List<Exemplar> exemplars) {
        Objects.requireNonNull(name, "name");
        return new WornExemplars(name, exemplars, 1);
    }

    /** Another weight of the mean inside the mask; 1 by default. */
    public WornExemplars inside(double weight) {
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("The weight inside is " + weight + ": it must be a number from 0.");
        }
        return new WornExemplars(name, exemplars, weight);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Node loss(Tape tape, AdaptationBatch batch) {
        Objects.requireNonNull(tape, "tape");
        Node source = batch.source();
        int plane = source.size(2) * source.size(3);
        int row = source.rowLength();
        if (source.size(2) != source.size(3) || row != 3 * plane) {
            throw new RewriteException(
                    "Exemplars are laid over square pictures of three channels, but the generator's are "
                            + Arrays.toString(source.shape()) + ".");
        }
        float[] target = new float[source.length()];
        float[] weights = new float[source.length()];
        for (int n = 0; n < source.size(0); n++) {
            Exemplar exemplar =
                    exemplars.get(batch.random().nextInt(exemplars.size())).resizedTo(source.size(2));
            float[] alpha = HostArrays.of(exemplar.alpha().toArray());
            float[] share = HostArrays.of(exemplar.share());
            float[] mask = HostArrays.of(exemplar.mask().toArray());
            int selected = 0;
            for (float cell : mask) {
                selected += cell > 0 ? 1 : 0;
            }
            for (int i = 0; i < row; i++) {
                int at = n * row + i;
                target[at] = (1 - alpha[i % plane]) * source.value()[at] + share[i];
                weights[at] = 1f / target.length;
                if (mask[i % plane] > 0) {
                    weights[at] += (float) (inside / (source.size(0) * 3.0 * selected));
                }
            }
        }
        return Losses.weightedL1(batch.edit(), tape.constant(target, source.shape()), weights);
    }

    @Override
    public Map<String, String> recipe() {
        return Map.of(
                "kind",
                "exemplars",
                "exemplars",
                exemplars.stream().map(Exemplar::toString).toList().toString(),
                "inside",
                Double.toString(inside));
    }
}
