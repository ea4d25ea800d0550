package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A domain that any program can draw from the old image: a pencil sketch, night, large pixels. The loss is
 * mean |edit - T(source)|, and where a network looks, its perceptual distance between the two besides. Immutable.
 */
public final class ImageTransform implements TargetObjective {
    private final String name;
    private final PictureTransform transform;
    private final double perceptual;
    private final Optional<TapedFeatures> eye;

    private ImageTransform(String name, PictureTransform transform, double perceptual, Optional<TapedFeatures> eye) {
        this.name = name;
        this.transform = transform;
        this.perceptual = perceptual;
        this.eye = eye;
    }

    /**
     * The domain of transformed pictures.
     *
     * @param name of the domain
     * @param transform applied to images of the frozen source
     */
    public static ImageTransform of(String name, PictureTransform transform) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(transform, "transform");
        return new ImageTransform(name, transform, 0, Optional.empty());
    }

    /** Adds the distance that a network sees, times a weight. */
    public ImageTransform seenBy(TapedFeatures network, double weight) {
        Objects.requireNonNull(network, "network");
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("The perceptual weight is " + weight + ": it must be a number from 0.");
        }
        return new ImageTransform(name, transform, weight, Optional.of(network));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Node loss(Tape tape, AdaptationBatch batch) {
        Objects.requireNonNull(tape, "tape");
        Node target = tape.constant(targets(batch.source()), batch.source().shape());
        Node pixels = Losses.l1(batch.edit(), target);
        if (eye.isEmpty() || perceptual == 0) {
            return pixels;
        }
        Node seen = new PerceptualLoss(eye.get()).between(tape, batch.edit(), target);
        return Arithmetic.weightedSum(new float[] {1, (float) perceptual}, pixels, seen);
    }

    /** The transformed pictures of a batch [n, 3, h, w], row by row. */
    private float[] targets(Node source) {
        int row = source.rowLength();
        float[] all = new float[source.length()];
        for (int n = 0; n < source.size(0); n++) {
            float[] picture = Arrays.copyOfRange(source.value(), n * row, (n + 1) * row);
            System.arraycopy(transformed(picture, source.size(2), source.size(3)), 0, all, n * row, row);
        }
        return all;
    }

    private float[] transformed(float[] picture, int height, int width) {
        float[] target = transform.apply(picture, height, width);
        if (target.length != picture.length) {
            throw new RewriteException("The transformation of the domain '" + name + "' made " + target.length
                    + " numbers of a picture of " + picture.length + ": it must keep the size [3, " + height + ", "
                    + width
                    + "].");
        }
        return target;
    }

    @Override
    public float[] target(float[] picture, int height, int width, Random random) {
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(random, "random");
        return transformed(picture.clone(), height, width);
    }

    @Override
    public boolean redrawsAll() {
        return true;
    }

    @Override
    public Map<String, String> recipe() {
        TreeMap<String, String> facts = new TreeMap<>(Map.of("kind", "image transform"));
        eye.ifPresent(network -> facts.put("perceptual", perceptual + " of " + network.name()));
        return facts;
    }
}
