package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Colours;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pictures given by users, looked at in batches. */
final class EmbeddedPictures {
    private static final int BATCH = 16;

    private EmbeddedPictures() {}

    /**
     * The numbers of pictures.
     *
     * @param what names them in messages, such as "target pictures"
     * @throws IllegalArgumentException unless they are [N, 3, H, W] with N from 1, and finite
     */
    static float[] require(String what, INDArray pictures) {
        if (pictures.isEmpty() || pictures.rank() != 4 || pictures.size(0) < 1 || pictures.size(1) != 3) {
            throw new IllegalArgumentException("The " + what + " have the shape " + Arrays.toString(pictures.shape())
                    + ", but expected was [N, 3, H, W] with N from 1, values in [-1, 1].");
        }
        return requireFinite(what, HostArrays.of(pictures));
    }

    static float[] requireFinite(String what, float[] numbers) {
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                throw new IllegalArgumentException(
                        "The " + what + " hold " + number + ": they must be finite numbers.");
            }
        }
        return numbers;
    }

    /** Looks at pictures batch by batch; nodes live until the next one. */
    static void each(String what, INDArray pictures, BiConsumer<Tape, Node> look) {
        float[] pixels = require(what, pictures);
        int[] shape = HostArrays.shape(pictures);
        int row = pixels.length / shape[0];
        try (Tape tape = new Tape()) {
            for (int from = 0; from < shape[0]; from += BATCH) {
                int to = Math.min(shape[0], from + BATCH);
                float[] batch = Arrays.copyOfRange(pixels, from * row, to * row);
                look.accept(tape, tape.constant(batch, to - from, shape[1], shape[2], shape[3]));
                tape.clear();
            }
        }
    }

    /** The mean of what a network makes of pictures. */
    static double[] meanEmbedding(TapedFeatures network, String what, INDArray pictures) {
        double[][] sum = {{}};
        each(what, pictures, (tape, batch) -> {
            Node rows = network.embedding(tape, Colours.of(batch));
            sum[0] = sum[0].length == 0 ? new double[rows.size(1)] : sum[0];
            for (int i = 0; i < rows.length(); i++) {
                sum[0][i % sum[0].length] += rows.value()[i] / (double) pictures.size(0);
            }
        });
        for (double number : sum[0]) {
            if (!Double.isFinite(number)) {
                throw new RewriteException("What " + network.name() + " makes of the " + what + " is not finite.");
            }
        }
        return sum[0];
    }
}
