package io.github.rewrite4j.samediff.latent;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleBiFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Compares the images of some latents with those of changed ones; all clipped to [-1, 1]. */
final class Comparison implements AutoCloseable {
    private static final double SQUARED_RANGE = 4;

    private final float[][] latents;
    private final FrozenImages images;
    private final float[][] originals;
    private final Optional<ToDoubleBiFunction<INDArray, INDArray>> distance;
    private final int atOnce;
    private final long[] shape;

    /**
     * How images differ.
     *
     * @param psnr in dB, per image, then mean
     * @param meanAbsolute over all pixels
     * @param distance where it was asked for
     */
    record Difference(double psnr, double meanAbsolute, OptionalDouble distance) {}

    Comparison(
            LatentNetwork network,
            float[][] latents,
            Optional<ToDoubleBiFunction<INDArray, INDArray>> distance,
            int atOnce) {
        this.latents = latents;
        this.images = new FrozenImages(network);
        this.originals = new float[latents.length][];
        this.distance = distance;
        this.atOnce = atOnce;
        this.shape = new long[] {3, network.spec().imageHeight(), network.spec().imageWidth()};
        images.forEach(latents, (row, image) -> originals[row] = image);
    }

    float[][] latents() {
        return latents;
    }

    Difference against(float[][] changed) {
        return difference(changed, Optional.empty());
    }

    /** With the perceptual distance. */
    Difference moved(float[][] changed) {
        return difference(changed, distance);
    }

    private Difference difference(float[][] changed, Optional<ToDoubleBiFunction<INDArray, INDArray>> perceptual) {
        double[] sums = new double[2];
        float[][] kept = new float[perceptual.isPresent() ? changed.length : 0][];
        images.forEach(changed, (row, image) -> {
            sums[0] += psnr(originals[row], image);
            sums[1] += meanAbsolute(originals[row], image);
            if (perceptual.isPresent()) {
                kept[row] = image;
            }
        });
        int n = changed.length;
        return new Difference(
                sums[0] / n,
                sums[1] / n,
                perceptual.isPresent()
                        ? OptionalDouble.of(mean(perceptual.orElseThrow(), kept))
                        : OptionalDouble.empty());
    }

    private double mean(ToDoubleBiFunction<INDArray, INDArray> perceptual, float[][] changed) {
        double sum = 0;
        for (int from = 0; from < changed.length; from += atOnce) {
            int to = Math.min(changed.length, from + atOnce);
            double value = perceptual.applyAsDouble(array(originals, from, to), array(changed, from, to));
            if (!(value >= 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException(
                        "The perceptual distance of two batches came out as " + value + ": it must be 0 or more.");
            }
            sum += value * (to - from);
        }
        return sum / changed.length;
    }

    private INDArray array(float[][] rows, int from, int to) {
        return Nd4j.create(Arrays.copyOfRange(rows, from, to)).reshape('c', to - from, shape[0], shape[1], shape[2]);
    }

    /** 10 log10(range^2 / mean squared difference), range 2; infinite for equal images. */
    private static double psnr(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double d = a[i] - b[i];
            sum += d * d;
        }
        return 10 * Math.log10(SQUARED_RANGE * a.length / sum);
    }

    private static double meanAbsolute(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }

    @Override
    public void close() {
        images.close();
    }
}
