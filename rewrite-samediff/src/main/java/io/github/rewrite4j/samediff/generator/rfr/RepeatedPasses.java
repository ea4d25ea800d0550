package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Fills holes from the rim inwards by running an inpainter repeatedly. */
final class RepeatedPasses {
    private RepeatedPasses() {}

    static INDArray fill(Generator inpainter, Inputs inputs, int passes) {
        INDArray original = inputs.get(RfrGraph.PICTURE);
        INDArray known = inputs.get(RfrGraph.KNOWN);
        int height = Math.toIntExact(known.size(2));
        int width = Math.toIntExact(known.size(3));
        int samples = inputs.size();
        float[] first = HostArrays.of(known);
        int[][] depths = new int[samples][];
        int[] deepest = new int[samples];
        for (int n = 0; n < samples; n++) {
            depths[n] = depths(first, n * height * width, height, width);
            deepest[n] = java.util.Arrays.stream(depths[n]).max().orElse(0);
        }
        INDArray pictures = original;
        INDArray seen = known;
        INDArray filled = inpainter.generate(inputs);
        for (int pass = 1; pass < passes; pass++) {
            RewriteCancelledException.ifInterrupted("filling holes");
            float[] painted = clipped(filled);
            float[] numbers = HostArrays.of(seen);
            boolean open = true;
            for (int n = 0; n < samples; n++) {
                int reach = (int) Math.ceil((double) deepest[n] * pass / passes);
                boolean left = false;
                for (int i = 0; i < height * width; i++) {
                    boolean sees = depths[n][i] <= reach;
                    numbers[n * height * width + i] = sees ? 1 : 0;
                    left |= !sees;
                }
                open &= left;
            }
            if (!open) {
                break;
            }
            pictures = Nd4j.create(painted, original.shape(), 'c');
            seen = Nd4j.create(numbers, known.shape(), 'c');
            filled = inpainter.generate(Inputs.of(Map.of(RfrGraph.PICTURE, pictures, RfrGraph.KNOWN, seen)));
        }
        return passes == 1 ? filled : composed(filled, original, first);
    }

    /** Cells of the hole between a pixel and the nearest that is known, diagonals counted as one; 0 for what is known. */
    private static int[] depths(float[] known, int from, int height, int width) {
        int[] depth = new int[height * width];
        for (int i = 0; i < depth.length; i++) {
            depth[i] = known[from + i] == 1 ? 0 : height + width;
        }
        for (int sweep = 0; sweep < 2; sweep++) {
            for (int k = 0; k < depth.length; k++) {
                int i = sweep == 0 ? k : depth.length - 1 - k;
                int y = i / width;
                int x = i % width;
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        int row = y + dy;
                        int column = x + dx;
                        if (row >= 0 && row < height && column >= 0 && column < width) {
                            depth[i] = Math.min(depth[i], depth[row * width + column] + (dy == 0 && dx == 0 ? 0 : 1));
                        }
                    }
                }
            }
        }
        return depth;
    }

    private static float[] clipped(INDArray images) {
        float[] numbers = HostArrays.of(images);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Math.max(-1, Math.min(1, numbers[i]));
        }
        return numbers;
    }

    private static INDArray composed(INDArray filled, INDArray original, float[] known) {
        float[] result = HostArrays.of(filled);
        float[] given = HostArrays.of(original);
        int cells = Math.toIntExact(filled.size(2) * filled.size(3));
        for (int i = 0; i < result.length; i++) {
            int sample = i / (3 * cells);
            if (known[sample * cells + i % cells] == 1) {
                result[i] = given[i];
            }
        }
        return Nd4j.create(result, filled.shape(), 'c');
    }
}
