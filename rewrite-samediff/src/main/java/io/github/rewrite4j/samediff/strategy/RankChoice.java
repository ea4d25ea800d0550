package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Svd;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Best changes of a lower rank for a change dW [out, in, taps] of one weight, in what they do to keys: with C = B B' the second
 * moment of the keys, the R largest singular directions of B' dW', so that tr(E C E') of what is left out, E, is smallest.
 */
final class RankChoice {
    /** Smallest eigenvalue that is divided by, of the largest. */
    private static final double FLOOR = 1e-8;

    private final WeightDelta.Dense change;
    private final long[] shape;
    private final Matrix toKeys;
    private final Svd svd;

    /** @param covariance second moment of the keys of the layer whose weight changes */
    RankChoice(WeightDelta.Dense change, KeyCovariance covariance) {
        this.change = change;
        this.shape = change.toDense().shape();
        SymmetricEigen eigen = SymmetricEigen.of(Matrix.of(covariance.matrix()));
        double[] values = eigen.values();
        double least = FLOOR * Arrays.stream(values).max().orElse(0);
        double[] roots =
                Arrays.stream(values).map(v -> Math.sqrt(Math.max(v, least))).toArray();
        Matrix vectors = eigen.vectors();
        // dW as a matrix [in, out x taps].
        INDArray unfolded =
                change.toDense().permute(1, 0, 2, 3).dup('c').reshape(shape[1], shape[0] * shape[2] * shape[3]);
        this.svd = Svd.of(vectors.multiply(Matrix.of(unfolded)).scaleRows(roots));
        this.toKeys =
                vectors.scaleRows(Arrays.stream(roots).map(root -> 1 / root).toArray());
    }

    /** The change along this many directions. */
    WeightDelta.LowRank of(int rank) {
        Matrix directions = svd.left().transposeMultiply(toKeys).firstRows(rank);
        Matrix amounts = svd.right().firstRows(rank).scaleRows(Arrays.copyOf(svd.values(), rank));
        INDArray left = amounts.toArray()
                .reshape(rank, shape[0], shape[2], shape[3])
                .permute(1, 0, 2, 3)
                .dup('c');
        return new WeightDelta.LowRank(change.weight(), left, directions.toArray());
    }

    /** The smallest rank of those tried whose loss keeps a share of what the whole change wins. */
    WeightDelta smallest(List<Integer> ranks, double share, double unchanged, ToDoubleFunction<WeightDelta> loss) {
        double won = unchanged - loss.applyAsDouble(change);
        for (int rank : ranks) {
            if (rank < svd.values().length) {
                WeightDelta.LowRank lower = of(rank);
                if (unchanged - loss.applyAsDouble(lower) >= share * won) {
                    return lower;
                }
            }
        }
        return change;
    }

    /** Images of some subjects as a memory draws them, [N, C, H, W] row-major. */
    static float[] drawn(AssociativeMemory memory, List<? extends Subject> subjects) {
        try (Inputs inputs = Subject.inputs(subjects, memory.sampler());
                Keys keys = memory.keys(inputs);
                Values values = memory.values(keys);
                INDArray images = memory.decode(values)) {
            return HostArrays.of(images);
        }
    }
}
