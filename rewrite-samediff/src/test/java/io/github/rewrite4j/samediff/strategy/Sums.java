package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What reports say, added up again pixel by pixel in float64. */
final class Sums {
    private static final int SIZE = 64;

    private Sums() {}

    static double[] pictures(Generator generator, List<? extends Subject> subjects) {
        return Differences.doubles(generator.generate(Subject.inputs(subjects, generator.sampler())));
    }

    static double clipped(double value) {
        return Math.max(-1, Math.min(1, value));
    }

    interface Masks {
        boolean[] of(int picture);
    }

    static void assertSides(
            RewriteReport.FreshSamples figures, double[] before, double[] after, double[] goal, Masks masks) {
        int plane = SIZE * SIZE;
        int count = before.length / (3 * plane);
        double insideBefore = 0;
        double insideAfter = 0;
        double outside = 0;
        List<Double> psnr = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            boolean[] mask = masks.of(n);
            boolean[] far = far(mask);
            double[] sums = new double[4];
            long[] counts = new long[2];
            for (int i = n * 3 * plane; i < (n + 1) * 3 * plane; i++) {
                double change = clipped(after[i]) - clipped(before[i]);
                if (mask[i % plane]) {
                    sums[0] += Math.abs(clipped(before[i]) - clipped(goal[i]));
                    sums[1] += Math.abs(clipped(after[i]) - clipped(goal[i]));
                    counts[0]++;
                } else if (far[i % plane]) {
                    sums[2] += Math.abs(change);
                    sums[3] += change * change;
                    counts[1]++;
                }
            }
            insideBefore += sums[0] / counts[0] / count;
            insideAfter += sums[1] / counts[0] / count;
            outside += sums[2] / counts[1] / count;
            psnr.add(10 * Math.log10(4 / (sums[3] / counts[1])));
        }
        assertThat(figures.samples()).isEqualTo(count);
        assertThat(figures.insideL1Before()).isCloseTo(insideBefore, within(1e-4));
        assertThat(figures.insideL1After()).isCloseTo(insideAfter, within(1e-4));
        assertThat(figures.success()).isCloseTo(1 - insideAfter / insideBefore, within(1e-3));
        assertThat(figures.outsideL1()).isCloseTo(outside, within(1e-4));
        assertThat(figures.outsidePsnr())
                .isCloseTo(
                        psnr.stream().mapToDouble(Double::doubleValue).average().orElseThrow(), within(0.05));
    }

    private static boolean[] far(boolean[] mask) {
        boolean[] far = new boolean[mask.length];
        for (int p = 0; p < far.length; p++) {
            far[p] = isFar(mask, p);
        }
        return far;
    }

    /** More than 4 pixels away in both directions. */
    private static boolean isFar(boolean[] mask, int pixel) {
        for (int y = Math.max(0, pixel / SIZE - 4); y <= Math.min(SIZE - 1, pixel / SIZE + 4); y++) {
            for (int x = Math.max(0, pixel % SIZE - 4); x <= Math.min(SIZE - 1, pixel % SIZE + 4); x++) {
                if (mask[y * SIZE + x]) {
                    return false;
                }
            }
        }
        return true;
    }

    static void assertChange(RewriteReport.Change change, Rewrite rewrite, AssociativeMemory memory) {
        double changed = 0;
        double all = 0;
        Map<String, INDArray> after = memory.with(rewrite.patch()).weights();
        for (Map.Entry<String, INDArray> weight : memory.weights().entrySet()) {
            double[] was = Differences.doubles(weight.getValue());
            double[] is = Differences.doubles(Named.in(after, weight.getKey()));
            for (int i = 0; i < was.length; i++) {
                changed += (is[i] - was[i]) * (is[i] - was[i]);
                all += was[i] * was[i];
            }
        }
        assertThat(change.relativeNorm())
                .isCloseTo(Math.sqrt(changed / all), within(1e-4 * (1 + change.relativeNorm())));
    }
}
