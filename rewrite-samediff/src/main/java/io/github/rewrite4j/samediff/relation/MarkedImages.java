package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Intervention;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.dissection.Dissection.Concept;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Samples with cause and effect marked by networks or rules that know where they are, instead of by hand. */
public final class MarkedImages {
    private static final String STAGE = "marking cause and effect";
    private static final double SMALLEST = 0.01;
    private static final int PATIENCE = 16;

    private MarkedImages() {}

    /**
     * The first samples of a seed on which both are to be seen, each on a hundredth of the image at least, the effect
     * counted without what lies too near to the cause, since a layer's cells tell them apart no better than by their size.
     *
     * @param apart pixels between them, such as two cells of the layer in question
     * @param count how many are wanted
     * @param probe says the value that is noted with them, the high one
     * @throws RewriteException when less than one sample in sixteen shows both
     */
    public static List<Intervention> of(
            Generator generator,
            Probe probe,
            Concept cause,
            Concept effect,
            int apart,
            int count,
            long seed,
            RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(probe, "probe");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(effect, "effect");
        List<Intervention> found = new ArrayList<>();
        int most = PATIENCE * Math.max(1, count);
        for (int from = 0; found.size() < count; from += Program.BATCH) {
            listener.report(STAGE, found.size(), count);
            if (from >= most) {
                throw new RewriteException("Of " + from + " samples only " + found.size()
                        + " show both the cause and the effect apart from it: ask for fewer, or choose parts that"
                        + " more samples show.");
            }
            List<Sample> samples = Sample.range(seed, from, from + Program.BATCH);
            try (Inputs inputs = generator.sampler().at(samples);
                    INDArray images = generator.generate(inputs)) {
                List<float[][]> causes = cause.masks(images);
                List<float[][]> effects = effect.masks(images);
                int pixels = (int) (images.size(2) * images.size(3));
                for (int n = 0; n < samples.size() && found.size() < count; n++) {
                    Region where = Region.of(causes.get(n));
                    Region answers = Region.of(effects.get(n)).minus(where.grown(apart));
                    int height = (int) images.size(2);
                    int width = (int) images.size(3);
                    if (where.onImage(height, width).sum() >= SMALLEST * pixels
                            && answers.onImage(height, width).sum() >= SMALLEST * pixels) {
                        found.add(new Intervention(samples.get(n), probe.high(), where, answers));
                    }
                }
            }
        }
        listener.report(STAGE, count, count);
        return List.copyOf(found);
    }
}
