package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import io.github.rewrite4j.samediff.metric.Ssim;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Samples that training never sees, for measuring how well they are drawn again. */
final class HeldOut {
    private static final int AT_ONCE = 8;

    private final SamplePool samples;
    private final ImageShape shape;
    private final INDArray images;

    /** How well the held-out samples are drawn again. */
    record Quality(double psnr, double ssim) {}

    HeldOut(AssociativeMemory memory, int count, long seed, ProgressListener listener) {
        this.samples = new SamplePool(memory, count, seed, 0);
        this.samples.advanceTo(0, listener);
        this.shape = ImageShape.of(memory.spec().generator());
        float[] all = new float[samples.size() * shape.length()];
        for (int i = 0; i < samples.size(); i++) {
            System.arraycopy(samples.image(i), 0, all, i * shape.length(), shape.length());
        }
        this.images =
                Nd4j.createFromArray(all).reshape(samples.size(), shape.channels(), shape.height(), shape.width());
    }

    /**
     * Measures a network.
     *
     * @param weights which weights to take for a parameter
     */
    Quality measure(Tape tape, ProjectorNetwork network, UnaryOperator<Parameter> weights, TapedMemory memory) {
        float[] drawn = new float[samples.size() * shape.length()];
        for (int from = 0; from < samples.size(); from += AT_ONCE) {
            int count = Math.min(AT_ONCE, samples.size() - from);
            int[] rows = new int[count];
            float[] batch = tape.array(count * shape.length());
            for (int i = 0; i < count; i++) {
                rows[i] = from + i;
                System.arraycopy(samples.image(from + i), 0, batch, i * shape.length(), shape.length());
            }
            Node input = shape.forNetwork(tape, batch, count, network);
            Node values = network.values(input, p -> tape.frozen(weights.apply(p)));
            Node image = memory.decode(tape, new Taped(values, samples.sides(tape, rows)));
            System.arraycopy(image.value(), 0, drawn, from * shape.length(), image.length());
            tape.clear();
        }
        for (float value : drawn) {
            if (!Float.isFinite(value)) {
                return new Quality(Double.NaN, Double.NaN);
            }
        }
        try (INDArray result = Nd4j.createFromArray(drawn).reshape(images.shape())) {
            return new Quality(
                    Psnr.forRange(ImageRange.SYMMETRIC).mean(result, images),
                    Ssim.forRange(ImageRange.SYMMETRIC).mean(result, images));
        }
    }
}
