package io.github.rewrite4j.samediff.correspondence;

import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Mask;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An object of an exemplar put on pictures where they correspond to the exemplar, without any generator: pairs of places, a
 * smooth field through them, the object drawn along it and blended in. Where nothing corresponds the picture stays as it is,
 * and that counts as a failure.
 *
 * @param buddies finds pairs
 * @param blending puts the object in
 */
public record BestBuddyPaste(BestBuddies buddies, Blending blending) {
    private static final int FEWEST = 3;

    public BestBuddyPaste {
        Objects.requireNonNull(buddies, "buddies");
        Objects.requireNonNull(blending, "blending");
    }

    /**
     * Pictures and how many of them had to stay as they were.
     *
     * @param images [N, 3, H, W]
     * @param failures numbers of those in which nothing corresponded
     */
    public record Pasted(INDArray images, List<Integer> failures) {
        public Pasted {
            Objects.requireNonNull(images, "images");
            Objects.requireNonNull(failures, "failures");
            failures = List.copyOf(failures);
        }
    }

    /**
     * Puts an object on pictures.
     *
     * @param exemplar is fitted into the pictures' size
     * @param images [N, 3, H, W] in [-1, 1]; not changed
     */
    public Pasted onto(Exemplar exemplar, INDArray images) {
        return onto(exemplar, images, pairs(exemplar, images));
    }

    /** The pairs of each picture with the exemplar, which do not depend on the blending. */
    public List<List<BestBuddy>> pairs(Exemplar exemplar, INDArray images) {
        Objects.requireNonNull(exemplar, "exemplar");
        Objects.requireNonNull(images, "images");
        Exemplar fitted = fitted(exemplar, images);
        // What the object hides cannot be matched; where the picture without it is known, that is compared.
        INDArray compared = fitted.without().orElseGet(fitted::with);
        List<List<BestBuddy>> pairs = new ArrayList<>();
        for (int n = 0; n < images.size(0); n++) {
            pairs.add(buddies.between(images.slice(n).dup('c'), compared));
        }
        return pairs;
    }

    /** As {@link #onto(Exemplar, INDArray)} along pairs that were found before. */
    public Pasted onto(Exemplar exemplar, INDArray images, List<List<BestBuddy>> pairs) {
        Objects.requireNonNull(exemplar, "exemplar");
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(pairs, "pairs");
        if (pairs.size() != images.size(0)) {
            throw new IllegalArgumentException("There are pairs of " + pairs.size() + " pictures, but " + images.size(0)
                    + " pictures: take the pairs of these pictures.");
        }
        Exemplar fitted = fitted(exemplar, images);
        List<INDArray> results = new ArrayList<>();
        List<Integer> failures = new ArrayList<>();
        for (int n = 0; n < images.size(0); n++) {
            INDArray picture = images.slice(n).dup('c');
            if (pairs.get(n).size() < FEWEST) {
                failures.add(n);
                results.add(picture);
            } else {
                MovingLeastSquares field = MovingLeastSquares.similarity(pairs.get(n));
                results.add(drawn(picture, fitted.with(), fitted.alpha(), field));
            }
        }
        INDArray[] all = results.stream()
                .map(image -> image.reshape('c', 1, 3, fitted.height(), fitted.width()))
                .toArray(INDArray[]::new);
        return new Pasted(Nd4j.concat(0, all), failures);
    }

    private static Exemplar fitted(Exemplar exemplar, INDArray images) {
        return exemplar.resizedTo(Math.toIntExact(images.size(2)), Math.toIntExact(images.size(3)));
    }

    private INDArray drawn(INDArray picture, INDArray with, Mask alpha, MovingLeastSquares field) {
        int height = alpha.height();
        int width = alpha.width();
        float[] source = with.dup('c').data().asFloat();
        float[] part = new float[source.length];
        float[][] mask = new float[height][width];
        int area = height * width;
        boolean any = false;
        boolean all = true;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double[] from = field.at(y, x);
                double row = Math.max(0, Math.min(height - 1, from[0]));
                double column = Math.max(0, Math.min(width - 1, from[1]));
                int top = (int) Math.min(height - 2.0, Math.floor(row));
                int left = (int) Math.min(width - 2.0, Math.floor(column));
                double v = row - top;
                double u = column - left;
                double[] weights = {(1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u};
                int[] places = {
                    top * width + left, top * width + left + 1, (top + 1) * width + left, (top + 1) * width + left + 1
                };
                double inside = 0;
                for (int k = 0; k < 4; k++) {
                    inside += weights[k] * alpha.value(places[k] / width, places[k] % width);
                    for (int c = 0; c < 3; c++) {
                        part[c * area + y * width + x] += (float) (weights[k] * source[c * area + places[k]]);
                    }
                }
                mask[y][x] = (float) inside;
                any |= inside > 0;
                all &= inside > 0;
            }
        }
        if (!any || all) {
            return picture;
        }
        return blending.of(picture, Nd4j.create(part, picture.shape(), 'c'), Mask.of(mask));
    }
}
