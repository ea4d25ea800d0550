package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Finds the side tensors, the style, that projected values of a picture are best decoded with.
 *
 * <p>Of {@value #POOL} samples those {@value #TRIED} whose images are nearest to the picture are tried, and the mean input;
 * that one stays with which the decoded values come nearest, all by mean absolute difference. So the result is never
 * further from the picture than with the mean input's style.
 */
final class NearestStyles {
    private static final int POOL = 256;
    private static final int TRIED = 8;

    private final AssociativeMemory memory;
    private final List<Sample> samples = Sample.range(Sample.DEFAULT_SEED, 0, POOL);
    private final List<float[]> images = new ArrayList<>();
    private final SortedMap<String, INDArray> meanSides;

    /** Draws the samples, once for as many pictures as come. */
    NearestStyles(AssociativeMemory memory) {
        this.memory = memory;
        this.meanSides = MeanSides.of(memory);
        for (int from = 0; from < POOL; from += Program.BATCH) {
            try (Inputs inputs = memory.sampler().at(samples.subList(from, from + Program.BATCH));
                    Keys keys = memory.keys(inputs);
                    Values values = memory.values(keys);
                    INDArray drawn = memory.decode(values)) {
                float[] all = HostArrays.of(drawn);
                int row = all.length / Program.BATCH;
                for (int n = 0; n < Program.BATCH; n++) {
                    images.add(Arrays.copyOfRange(all, n * row, (n + 1) * row));
                }
            }
        }
    }

    /**
     * A picture drawn again.
     *
     * @param image [1, C, H, W]
     * @param style the sample that lends its style; empty for the mean input
     */
    record Drawn(INDArray image, Optional<Sample> style) {}

    /**
     * Draws one picture again.
     *
     * @param values projected from it [1, C', h, w]
     * @param picture of the generator's size, row by row
     */
    Drawn draw(INDArray values, float[] picture) {
        List<Sample> near = IntStream.range(0, POOL)
                .boxed()
                .sorted(Comparator.comparingDouble(n -> distance(images.get(n), 0, picture)))
                .limit(TRIED)
                .map(samples::get)
                .toList();
        INDArray best = memory.decode(new Values(values, meanSides));
        try (Inputs inputs = memory.sampler().at(near);
                Keys keys = memory.keys(inputs);
                Values own = memory.values(keys);
                INDArray repeated = values.repeat(0, TRIED);
                INDArray inNear = memory.decode(own.withTensor(repeated))) {
            float[] all = HostArrays.of(inNear);
            double least = distance(HostArrays.of(best), 0, picture);
            int found = -1;
            for (int n = 0; n < TRIED; n++) {
                double distance = distance(all, n * picture.length, picture);
                if (distance < least) {
                    least = distance;
                    found = n;
                }
            }
            if (found < 0) {
                return new Drawn(best, Optional.empty());
            }
            INDArray image = inNear.get(NDArrayIndex.interval(found, found + 1)).dup('c');
            best.close();
            return new Drawn(image, Optional.of(near.get(found)));
        } catch (RuntimeException | Error failure) {
            if (best.closeable()) {
                best.close();
            }
            throw failure;
        }
    }

    private static double distance(float[] images, int start, float[] picture) {
        double sum = 0;
        for (int i = 0; i < picture.length; i++) {
            sum += Math.abs(Math.max(-1, Math.min(1, images[start + i])) - picture[i]);
        }
        return sum / picture.length;
    }
}
