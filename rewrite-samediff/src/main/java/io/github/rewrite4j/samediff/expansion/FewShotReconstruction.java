package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Ranges;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A domain that is one person, or one thing, shown by a few photos (MyStyle, Nitzan et al. 2022; Nitzan et al. 2023,
 * equation 9). Each photo x_k has an anchor w_k, a latent whose image is near it ({@code Inversion} finds it), and
 *
 * <pre>
 * L = weight d(G(P_i w_k), x_k) + lambda mean (G(P_i w_k) - x_k)^2
 * </pre>
 *
 * <p>with d a perceptual distance. The domain is drawn at mixes of the anchors, {@link AnchorSampler}. Immutable.
 */
public final class FewShotReconstruction implements AdaptationObjective {
    private final String name;
    private final float[] photos;
    private final int[] shape;
    private final INDArray anchors;
    private final double pixels;
    private final double perceptual;
    private final Optional<TapedFeatures> eye;

    private FewShotReconstruction(
            String name,
            float[] photos,
            int[] shape,
            INDArray anchors,
            double pixels,
            double perceptual,
            Optional<TapedFeatures> eye) {
        this.name = name;
        this.photos = photos;
        this.shape = shape;
        this.anchors = anchors;
        this.pixels = pixels;
        this.perceptual = perceptual;
        this.eye = eye;
    }

    /**
     * The domain of these photos, compared by pixels alone until {@link #seenBy} adds a network; lambda is 1.
     *
     * @param name of the domain
     * @param photos [k, 3, H, W] in [-1, 1], of the size that the generator draws
     * @param anchors latents [k, d], row n for photo n
     */
    public static FewShotReconstruction of(String name, INDArray photos, INDArray anchors) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(photos, "photos");
        Objects.requireNonNull(anchors, "anchors");
        float[] pixels = EmbeddedPictures.require("photos of '" + name + "'", photos);
        if (anchors.isEmpty() || anchors.rank() != 2 || anchors.size(0) != photos.size(0)) {
            throw new IllegalArgumentException("The anchors of '" + name + "' have the shape "
                    + Arrays.toString(anchors.shape()) + ", but expected was [" + photos.size(0)
                    + ", d], one latent for each photo: Inversion finds them.");
        }
        EmbeddedPictures.requireFinite("anchors of '" + name + "'", HostArrays.of(anchors));
        return new FewShotReconstruction(
                name, pixels, HostArrays.shape(photos), anchors.dup('c'), 1, 0, Optional.empty());
    }

    /** Adds the distance that a network sees, times a weight; 1 as published. */
    public FewShotReconstruction seenBy(TapedFeatures network, double weight) {
        Objects.requireNonNull(network, "network");
        return new FewShotReconstruction(
                name,
                photos,
                shape,
                anchors,
                pixels,
                Ranges.fromZero("perceptual weight", weight),
                Optional.of(network));
    }

    /** Another weight lambda of the mean squares of pixels; 1 by default, as published. */
    public FewShotReconstruction pixels(double lambda) {
        return new FewShotReconstruction(
                name, photos, shape, anchors, Ranges.fromZero("weight of the pixels", lambda), perceptual, eye);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<INDArray> anchors() {
        return Optional.of(anchors.dup());
    }

    @Override
    public Node loss(Tape tape, AdaptationBatch batch) {
        Objects.requireNonNull(tape, "tape");
        Node edit = batch.edit();
        int row = photos.length / shape[0];
        if (edit.size(1) != shape[1] || edit.size(2) != shape[2] || edit.size(3) != shape[3]) {
            throw new RewriteException("The photos of '" + name + "' have the shape " + Arrays.toString(shape)
                    + ", but the generator draws pictures of " + edit.size(2) + "x" + edit.size(3)
                    + ": resize the photos first.");
        }
        float[] wanted = tape.array(edit.length());
        for (int n = 0; n < batch.size(); n++) {
            System.arraycopy(photos, batch.anchors().get(n) * row, wanted, n * row, row);
        }
        Node target = tape.constant(wanted, edit.shape());
        Node squares = Losses.squares(edit, target);
        if (eye.isEmpty() || perceptual == 0) {
            return Arithmetic.weightedSum(new float[] {(float) pixels}, squares);
        }
        Node seen = new PerceptualLoss(eye.get()).between(tape, edit, target);
        return Arithmetic.weightedSum(new float[] {(float) pixels, (float) perceptual}, squares, seen);
    }

    @Override
    public Map<String, String> recipe() {
        TreeMap<String, String> facts = new TreeMap<>(Map.of("kind", "few photos"));
        facts.put("photos", shape[0] + ", " + Integer.toHexString(Arrays.hashCode(photos)));
        facts.put("anchors", Integer.toHexString(Arrays.hashCode(HostArrays.of(anchors))));
        facts.put("pixels", Double.toString(pixels));
        eye.ifPresent(network -> facts.put("perceptual", perceptual + " of " + network.name()));
        return facts;
    }
}
