package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a change makes of a relation. With d the difference between the images of the high and of the low run, and d' the same
 * of the changed generator, {@code kept = sum d d' / sum d^2} over an area: 1 where nothing changed, 0 where the effect is
 * gone, negative where it has changed its sign.
 *
 * @param images that were looked at
 * @param size mean |d| in the effect areas before, of a range of 2
 * @param kept of the effect, in the effect areas
 * @param causeKept the same where the cause is, which should stay: near 1
 * @param changed mean absolute change of the images without the probe, as a share of the range
 */
public record RelationEffect(int images, double size, double kept, double causeKept, double changed) {
    private static final double RANGE = 2;

    /**
     * Measures.
     *
     * @param before the generator as it was
     * @param after the changed one
     * @param relation with the images to look at, other ones than the change was learnt on
     */
    public static RelationEffect of(Generator before, Generator after, Relation relation) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        ProbedRuns first = ProbedRuns.of(before, relation);
        ProbedRuns second = ProbedRuns.of(after, relation);
        INDArray was = first.images(first.memory());
        INDArray is = second.images(second.memory());
        float[] a = HostArrays.of(was);
        float[] b = HostArrays.of(is);
        int n = relation.images().size();
        int height = (int) was.size(2);
        int width = (int) was.size(3);
        int row = a.length / (2 * n);
        double[] products = new double[2];
        double[] squares = new double[2];
        double size = 0;
        double cells = 0;
        for (int i = 0; i < n; i++) {
            Mask[] areas = {
                first.effect(i, height, width), relation.images().get(i).cause().requireOnImage(height, width)
            };
            for (int j = 0; j < row; j++) {
                int p = j % (height * width);
                double d = (double) a[i * row + j] - a[(n + i) * row + j];
                double e = (double) b[i * row + j] - b[(n + i) * row + j];
                for (int k = 0; k < areas.length; k++) {
                    double m = areas[k].value(p / width, p % width);
                    products[k] += m * d * e;
                    squares[k] += m * d * d;
                    size += k == 0 ? m * Math.abs(d) : 0;
                    cells += k == 0 ? m : 0;
                }
            }
        }
        return new RelationEffect(
                n,
                size / Math.max(1, cells),
                squares[0] == 0 ? 0 : products[0] / squares[0],
                squares[1] == 0 ? 0 : products[1] / squares[1],
                changed(before, after, relation));
    }

    private static double changed(Generator before, Generator after, Relation relation) {
        INDArray was = plain(before, relation);
        INDArray is = plain(after, relation);
        float[] a = HostArrays.of(was);
        float[] b = HostArrays.of(is);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(clipped(a[i]) - clipped(b[i]));
        }
        return sum / a.length / RANGE;
    }

    private static double clipped(float value) {
        return Math.max(-1, Math.min(1, value));
    }

    private static INDArray plain(Generator generator, Relation relation) {
        return generator.generate(Subject.inputs(
                relation.images().stream().map(image -> image.subject()).toList(), generator.sampler()));
    }

    /** Flat, ordered facts for JSON. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("images", images);
        map.put("size", size);
        map.put("kept", kept);
        map.put("causeKept", causeKept);
        map.put("changed", changed);
        return map.build();
    }
}
