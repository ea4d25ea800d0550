package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.latent.LegacyNumpyRandom;
import java.util.Objects;
import java.util.OptionalLong;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a generator adds as noise whose checkpoint holds no noise maps, as that of many public ones. The original code draws
 * such noise anew for each image; here it is fixed, so that a sample is one image.
 *
 * <p>The maps are part of the generator's fingerprint: patches and covariances made with other noise do not fit.
 *
 * @param seed of numpy's {@code RandomState}, of whose Gaussians the maps are filled one after the other, in the order of
 *     the layers; none for no noise
 */
public record MissingNoise(OptionalLong seed) {
    /** {@code missing-noise} of families of style-based generators; without effect on files that have noise maps. */
    public static final LoadOption<MissingNoise> OPTION = new LoadOption<>(
            "missing-noise",
            "SEED|none",
            "Noise of a checkpoint that holds no noise maps: drawn from this seed, or none; the seed 0 unless said.",
            MissingNoise.class,
            MissingNoise::parse);

    private static final MissingNoise USUAL = seeded(0);

    public MissingNoise {
        Objects.requireNonNull(seed, "seed");
        seed.ifPresent(LegacyNumpyRandom::new);
    }

    /** Drawn from {@code RandomState(0)}, which is what loading does unless told otherwise. */
    public static MissingNoise usual() {
        return USUAL;
    }

    /**
     * Drawn from {@code RandomState(seed)}.
     *
     * @throws IllegalArgumentException if the seed is not from 0 to 2^32 - 1
     */
    public static MissingNoise seeded(long seed) {
        return new MissingNoise(OptionalLong.of(seed));
    }

    /** No noise at all: the same as maps of zeros. */
    public static MissingNoise none() {
        return new MissingNoise(OptionalLong.empty());
    }

    private static MissingNoise parse(String text) {
        if (text.equals("none")) {
            return none();
        }
        if (!text.matches("[0-9]{1,10}")) {
            throw new IllegalArgumentException("a seed is a whole number from 0 to 4294967295");
        }
        return seeded(Long.parseLong(text));
    }

    /** A sentence about it. */
    public String sentence() {
        return "The checkpoint holds no noise maps; "
                + (seed.isPresent()
                        ? "fixed noise is drawn from RandomState(" + seed.getAsLong() + ")"
                        : "no noise is added");
    }

    /** The next map [1, 1, side, side] of a stream. */
    public static INDArray map(LegacyNumpyRandom stream, int side) {
        Objects.requireNonNull(stream, "stream");
        float[] values = new float[side * side];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) stream.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape('c', 1, 1, side, side);
    }
}
