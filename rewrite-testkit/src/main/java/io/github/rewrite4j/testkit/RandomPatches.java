package io.github.rewrite4j.testkit;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.WeightShape;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Patches that change something and mean nothing. */
final class RandomPatches {
    /** Of the weight's largest number. */
    private static final double SIZE = 0.3;

    private RandomPatches() {}

    /** A change of rank 1 of one layer's weight. */
    static Patch of(Generator generator, Layer layer, long seed) {
        WeightShape shape = layer.weightShape();
        INDArray weight = generator.memory(layer.name()).weights().get(layer.weight());
        if (weight == null) {
            throw new AssertionError("The memory of '" + layer.name() + "' has no weight '" + layer.weight() + "'.");
        }
        INDArray left = random(seed, shape.out(), 1, shape.kernelHeight(), shape.kernelWidth())
                .muli(SIZE * Differences.magnitude(weight));
        INDArray right = random(seed + 1, 1, shape.in());
        return new Patch(
                generator.spec().baseFingerprint(),
                List.of(new WeightDelta.LowRank(layer.weight(), left, right)),
                Map.of());
    }

    /** Gaussian numbers of a seed. */
    static INDArray random(long seed, long... shape) {
        Random random = new Random(seed);
        int length = 1;
        for (long size : shape) {
            length *= (int) size;
        }
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape('c', shape);
    }
}
