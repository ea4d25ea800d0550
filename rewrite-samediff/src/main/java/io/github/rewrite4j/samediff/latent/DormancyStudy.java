package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.ToDoubleBiFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures which directions of a basis are dormant (Nitzan et al. 2023, C.1).
 *
 * <pre>{@code
 * LatentNetwork network = LatentNetwork.of(generator);
 * LatentBasis basis = LatentBases.svd(network);
 * DormancyProfile profile = DormancyStudy.of(network, LatentSpaces.of(network), basis).measure(listener);
 * List<Integer> directions = profile.leastLoss(3);
 * }</pre>
 *
 * <p>Cost: 3 images per direction and sample, one more for each count of directions that are projected out together. Memory:
 * the images of all samples. The same seed gives the same profile. Immutable; methods return changed copies.
 */
public final class DormancyStudy {
    private static final int COMPARED_AT_ONCE = 16;

    private final LatentNetwork network;
    private final LatentSpace space;
    private final LatentBasis basis;
    private final Settings settings;

    private record Settings(
            int samples,
            long seed,
            double step,
            OptionalInt together,
            Optional<ToDoubleBiFunction<INDArray, INDArray>> distance) {}

    private DormancyStudy(LatentNetwork network, LatentSpace space, LatentBasis basis, Settings settings) {
        this.network = network;
        this.space = space;
        this.basis = basis;
        this.settings = settings;
    }

    /**
     * A study on 64 samples of seed 1, moving by the spread of the space, projecting out up to all directions together.
     *
     * @param space whose mean directions are projected out about
     */
    public static DormancyStudy of(LatentNetwork network, LatentSpace space, LatentBasis basis) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(basis, "basis");
        int dimension = network.mean().length;
        if (space.dimension() != dimension || basis.dimension() != dimension) {
            throw new IllegalArgumentException(
                    "The generator's latent has " + dimension + " dimensions, but the space has "
                            + space.dimension() + " and the basis " + basis.dimension()
                            + ": measure both on this generator, or on what it was expanded from.");
        }
        return new DormancyStudy(
                network, space, basis, new Settings(64, 1, space.spread(), OptionalInt.empty(), Optional.empty()));
    }

    /** Number of samples. */
    public DormancyStudy samples(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("The number of samples is " + count + ": at least one is needed.");
        }
        return with(new Settings(count, settings.seed, settings.step, settings.together, settings.distance));
    }

    /** Seed of the samples. */
    public DormancyStudy seed(long seed) {
        return with(new Settings(settings.samples, seed, settings.step, settings.together, settings.distance));
    }

    /** How far to move along each direction, to both sides, in units of the latent. */
    public DormancyStudy step(double length) {
        if (!(length > 0) || Double.isInfinite(length)) {
            throw new IllegalArgumentException("The step is " + length
                    + ": it must be positive, such as the distance that domains should have from the base.");
        }
        return with(new Settings(settings.samples, settings.seed, length, settings.together, settings.distance));
    }

    /** Up to how many directions to project out together; 0 for none. */
    public DormancyStudy together(int most) {
        if (most < 0 || most > basis.size()) {
            throw new IllegalArgumentException(
                    "0 to " + basis.size() + " directions can be projected out together, not " + most + ".");
        }
        return with(
                new Settings(settings.samples, settings.seed, settings.step, OptionalInt.of(most), settings.distance));
    }

    /**
     * Measures movement by this as well.
     *
     * @param distance of images [N, 3, H, W] in [-1, 1], a mean over N
     */
    public DormancyStudy perceptual(ToDoubleBiFunction<INDArray, INDArray> distance) {
        Objects.requireNonNull(distance, "distance");
        return with(
                new Settings(settings.samples, settings.seed, settings.step, settings.together, Optional.of(distance)));
    }

    private DormancyStudy with(Settings other) {
        return new DormancyStudy(network, space, basis, other);
    }

    /**
     * PSNR in dB between images and what they become when these directions are projected out at once, per image, then mean.
     *
     * @param directions numbers in the basis
     */
    public double projectedOut(int... directions) {
        Objects.requireNonNull(directions, "directions");
        try (Comparison comparison = comparison(ProgressListener.SILENT)) {
            return comparison
                    .against(without(comparison.latents(), List.of(box(directions))))
                    .psnr();
        }
    }

    private static Integer[] box(int... directions) {
        Integer[] boxed = new Integer[directions.length];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = directions[i];
        }
        return boxed;
    }

    private Comparison comparison(ProgressListener listener) {
        float[][] latents = LatentDraws.of(network, settings.samples, settings.seed, listener);
        return new Comparison(network, latents, settings.distance, COMPARED_AT_ONCE);
    }

    /** Measures all directions. */
    public DormancyProfile measure(ProgressListener listener) {
        Objects.requireNonNull(listener, "listener");
        int most = settings.together.orElse(basis.size());
        try (Comparison comparison = comparison(listener.part(0, 0.2))) {
            ProgressListener comparing = listener.part(0.2, 1);
            List<DirectionEffect> effects = new ArrayList<>();
            for (int j = 0; j < basis.size(); j++) {
                comparing.report(Stage.DIRECTIONS, j, basis.size() + most);
                effects.add(effect(comparison, j));
            }
            List<Integer> order = DormancyProfile.order(effects);
            List<Double> together = new ArrayList<>();
            for (int k = 1; k <= most; k++) {
                comparing.report(Stage.DIRECTIONS, basis.size() + k - 1, basis.size() + most);
                together.add(comparison
                        .against(without(comparison.latents(), order.subList(0, k)))
                        .psnr());
            }
            return new DormancyProfile(space, basis, settings.step, settings.samples, settings.seed, effects, together);
        }
    }

    private DirectionEffect effect(Comparison comparison, int direction) {
        float[][] latents = comparison.latents();
        double lost = comparison.against(without(latents, List.of(direction))).psnr();
        Comparison.Difference up = comparison.moved(moved(latents, direction, settings.step));
        Comparison.Difference down = comparison.moved(moved(latents, direction, -settings.step));
        return new DirectionEffect(
                direction,
                basis.strength(direction),
                lost,
                (up.meanAbsolute() + down.meanAbsolute()) / 2,
                (up.psnr() + down.psnr()) / 2,
                up.distance().isPresent()
                        ? OptionalDouble.of(
                                (up.distance().getAsDouble() + down.distance().orElseThrow()) / 2)
                        : OptionalDouble.empty());
    }

    private float[][] without(float[][] latents, List<Integer> directions) {
        double[] mean = space.mean();
        float[][] result = new float[latents.length][];
        double[][] along = directions.stream().map(basis::direction).toArray(double[][]::new);
        for (int i = 0; i < latents.length; i++) {
            double[] latent = new double[mean.length];
            for (int j = 0; j < mean.length; j++) {
                latent[j] = latents[i][j];
            }
            for (double[] direction : along) {
                double component = 0;
                for (int j = 0; j < mean.length; j++) {
                    component += (latents[i][j] - mean[j]) * direction[j];
                }
                add(latent, direction, -component);
            }
            result[i] = floats(latent);
        }
        return result;
    }

    private float[][] moved(float[][] latents, int direction, double by) {
        float[][] result = new float[latents.length][];
        for (int i = 0; i < latents.length; i++) {
            double[] latent = new double[latents[i].length];
            for (int j = 0; j < latent.length; j++) {
                latent[j] = latents[i][j];
            }
            add(latent, basis.direction(direction), by);
            result[i] = floats(latent);
        }
        return result;
    }

    private static void add(double[] to, double[] direction, double factor) {
        for (int j = 0; j < to.length; j++) {
            to[j] += factor * direction[j];
        }
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int j = 0; j < floats.length; j++) {
            floats[j] = (float) values[j];
        }
        return floats;
    }
}
