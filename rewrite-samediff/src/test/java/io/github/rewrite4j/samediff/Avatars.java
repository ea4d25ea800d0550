package io.github.rewrite4j.samediff;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.perception.Discriminator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The small pretrained generator among the test resources. */
public final class Avatars {
    private Avatars() {}

    public static Path file() {
        try {
            return Path.of(Objects.requireNonNull(Avatars.class.getResource("/avatars/avatar-stylegan64.safetensors"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A discriminator of their pictures that was never trained, always the same. */
    public static Discriminator discriminator() {
        return new QuickDiscriminator();
    }

    /** To be closed by the caller. */
    public static Generator load() {
        try {
            return StyleGan2.load(file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Activations and images by an independent implementation. */
    public static GoldenFile parity() {
        return GoldenFile.resource("/avatars/avatar-stylegan64-parity.safetensors");
    }

    /** A random change of one layer of rank 2, of about a tenth of the weight. */
    public static Patch patch(Generator generator, String layer, long seed) {
        AssociativeMemory memory = generator.memory(layer);
        String weight = memory.spec().first().weight();
        WeightShape shape = memory.spec().first().weightShape();
        double size = 0.1
                * memory.weights().get(weight).norm2Number().doubleValue()
                / Math.sqrt(2.0 * shape.out() * shape.kernelHeight() * shape.kernelWidth());
        INDArray left = random(seed, shape.out(), 2, shape.kernelHeight(), shape.kernelWidth())
                .muli(size);
        INDArray right = random(seed + 1, 2, shape.in()).divi(Math.sqrt(shape.in()));
        return new Patch(
                generator.spec().baseFingerprint(),
                List.of(new WeightDelta.LowRank(weight, left, right)),
                Map.of("layer", layer));
    }

    /** Gaussian numbers of a seed, without touching the random state of others. */
    public static INDArray random(long seed, long... shape) {
        java.util.Random random = new java.util.Random(seed);
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
