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
import java.util.Random;
import java.util.TreeMap;

/**
 * A domain in which everybody wears a thing that the generator never drew: the target is the thing of one of a few
 * exemplars laid over the old image, o + (1 - alpha) G(w). The loss is mean |edit - target| over the picture, its part outside
 * the mask times a weight, plus the same mean inside the mask. Immutable.
 */
public final class WornExemplars implements TargetObjective {
    private final String name;
    private final List<Exemplar> exemplars;
    private final double inside;
    private final double elsewhere;

    private WornExemplars(String name, List<Exemplar> exemplars, double inside, double elsewhere) {
        if (exemplars.isEmpty()) {
            throw new IllegalArgumentException("The domain '" + name + "' needs at least one exemplar.");
        }
        this.name = name;
        this.exemplars = List.copyOf(exemplars);
        this.inside = inside;
        this.elsewhere = elsewhere;
    }

    /**
     * The domain of a thing.
     *
     * @param exemplars one to a few pictures of it; sized to the generator's images where they are not
     */
    public static WornExemplars of(String name, List<Exemplar> exemplars) {
        Objects.requireNonNull(name, "name");
        return new WornExemplars(name, exemplars, 1, 1);
    }

    /** Another weight of the mean inside the mask; 1 by default. */
    public WornExemplars inside(double weight) {
        return new WornExemplars(name, exemplars, requireWeight("inside", weight), elsewhere);
    }

    /** Another weight of what is outside the mask, where the old image must stay; 1 by default. */
    public WornExemplars elsewhere(double weight) {
        return new WornExemplars(name, exemplars, inside, requireWeight("elsewhere", weight));
    }

    private static double requireWeight(String where, double weight) {
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                    "The weight " + where + " is " + weight + ": it must be a number from 0.");
        }
        return weight;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Node loss(Tape tape, AdaptationBatch batch) {
        Objects.requireNonNull(tape, "tape");
        Node source = batch.source();
        int row = source.rowLength();
        float[] target = new float[source.length()];
        float[] weights = new float[source.length()];
        for (int n = 0; n < source.size(0); n++) {
            Worn worn = worn(source.size(1), source.size(2), source.size(3), batch.random());
            float[] picture = Arrays.copyOfRange(source.value(), n * row, (n + 1) * row);
            System.arraycopy(worn.on(picture), 0, target, n * row, row);
            float within = (float)
                    (1.0 / target.length + inside / ((double) source.size(1) * source.size(0) * worn.selected()));
            float outside = (float) (elsewhere / target.length);
            for (int i = 0; i < row; i++) {
                weights[n * row + i] = worn.mask[i % worn.mask.length] > 0 ? within : outside;
            }
        }
        return Losses.weightedL1(batch.edit(), tape.constant(target, source.shape()), weights);
    }

    /**
     * One of the exemplars, in the size of the pictures.
     *
     * @param alpha how much it hides, for each pixel
     * @param share its colours times that
     * @param mask above 0 where it is
     */
    @SuppressWarnings("ArrayRecordComponent") // private, and compared with nothing
    private record Worn(float[] alpha, float[] share, float[] mask) {
        float[] on(float[] picture) {
            float[] result = new float[picture.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = (1 - alpha[i % alpha.length]) * picture[i] + share[i];
            }
            return result;
        }

        int selected() {
            int count = 0;
            for (float cell : mask) {
                count += cell > 0 ? 1 : 0;
            }
            return count;
        }
    }

    private Worn worn(int channels, int height, int width, Random random) {
        if (channels != 3 && channels != 1) {
            throw new RewriteException("Exemplars are laid over pictures of three channels or grey ones, but the"
                    + " generator's have " + channels + " channels.");
        }
        Exemplar exemplar = exemplars.get(random.nextInt(exemplars.size())).resizedTo(height, width);
        return new Worn(
                HostArrays.of(exemplar.alpha().toArray()),
                HostArrays.of(exemplar.share(channels)),
                HostArrays.of(exemplar.mask().toArray()));
    }

    @Override
    public float[] target(float[] picture, int height, int width, Random random) {
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(random, "random");
        return worn(picture.length / (height * width), height, width, random).on(picture);
    }

    @Override
    public boolean redrawsAll() {
        return false;
    }

    @Override
    public Map<String, String> recipe() {
        TreeMap<String, String> facts = new TreeMap<>(Map.of(
                "kind",
                "exemplars",
                "exemplars",
                exemplars.stream().map(Exemplar::toString).toList().toString(),
                "inside",
                Double.toString(inside)));
        if (elsewhere != 1) {
            facts.put("elsewhere", Double.toString(elsewhere));
        }
        return facts;
    }
}
