package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.samediff.GoldenFile;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The copy-paste request on a StyleGAN2 layer that the published code was run on in float64. */
final class PublishedInsertion {
    static final GoldenFile GOLDEN = GoldenFile.open("ref_insert");
    private static final int CHANNELS = 64;
    private static final int SIDE = 8;

    private PublishedInsertion() {}

    static INDArray weight() {
        return GOLDEN.array("w0").reshape(CHANNELS, CHANNELS, 3, 3);
    }

    static INDArray noise() {
        double strength = GOLDEN.array("noise_weight").getDouble(0);
        return GOLDEN.array("noise_crop")
                .castTo(DataType.DOUBLE)
                .reshape(SIDE, SIDE)
                .mul(strength);
    }

    static InsertionProblem problem(int rank) {
        return problem(GOLDEN.matrix("context_rank" + rank), true, true);
    }

    static InsertionProblem problem(Matrix directions, boolean demodulated, boolean noisy) {
        LayerForm form = new LayerForm(
                "w",
                1 / Math.sqrt(CHANNELS * 9.0),
                LinearStage.Convolution.same(3),
                demodulated ? Optional.of(new LayerForm.Demodulation("e", 1e-8)) : Optional.empty(),
                GOLDEN.array("bias"),
                noisy ? Optional.of("n") : Optional.empty(),
                Activation.STYLEGAN2);
        INDArray style = GOLDEN.array("style").castTo(DataType.DOUBLE).reshape(CHANNELS);
        InsertionProblem.Pair pair = new InsertionProblem.Pair(
                GOLDEN.array("goal_in_fmap").reshape(CHANNELS, SIDE, SIDE),
                demodulated ? style.mul(style) : null,
                noisy ? noise() : null,
                GOLDEN.array("goal_out_fmap").reshape(CHANNELS, SIDE, SIDE),
                new Box(0, 0, SIDE, SIDE));
        return new InsertionProblem(form, weight(), directions, List.of(pair));
    }
}
