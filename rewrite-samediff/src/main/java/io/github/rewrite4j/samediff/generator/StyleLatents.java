package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The latents w of a style-based generator as inputs, in place of z, truncation and label: one that all layers read,
 * {@code w} [N, d], or one for each, {@code ws} [N, rows, d]. Layer k reads row k, a conversion to RGB the row of the layer
 * after its own. What such inputs say is taken as it is; truncation is over by then.
 *
 * <pre>{@code
 * StyleLatents styles = StyleLatents.of(generator);
 * Inputs both = styles.mixed(generator.sample(1, 1), generator.sample(1, 2), 4); // coarse from one, fine from the other
 * INDArray image = generator.generate(both);
 * }</pre>
 */
public final class StyleLatents {
    /** Name of the input that all layers read. */
    public static final String COMMON = "w";

    /** Name of the input with a latent for each layer. */
    public static final String ROWS = "ws";

    private final InputSampler sampler;
    private final List<String> variables;
    private final int dimension;
    private final BiFunction<Inputs, String, INDArray> compute;

    /**
     * For families whose generators offer them as a capability.
     *
     * @param sampler completes inputs
     * @param variables of each row, the variable that holds its latent [N, dimension]
     * @param dimension numbers of a latent
     * @param compute a variable of the network for inputs
     */
    public StyleLatents(
            InputSampler sampler, List<String> variables, int dimension, BiFunction<Inputs, String, INDArray> compute) {
        this.sampler = Objects.requireNonNull(sampler, "sampler");
        this.variables = List.copyOf(Objects.requireNonNull(variables, "variables"));
        this.dimension = dimension;
        this.compute = Objects.requireNonNull(compute, "compute");
        if (variables.isEmpty() || dimension < 1) {
            throw new IllegalArgumentException("A generator whose layers read latents has at least one row of at least"
                    + " one number; got " + variables.size() + " rows of " + dimension + ".");
        }
    }

    /**
     * The latents of a generator.
     *
     * @throws RewriteException when its layers read none
     */
    public static StyleLatents of(Generator generator) {
        Optional<StyleLatents> latents = generator.capability(StyleLatents.class);
        return latents.orElseThrow(() -> new RewriteException("The layers of this generator ("
                + generator.spec().architecture() + ") read no latent w; style-based generators have one."));
    }

    /** Latents that an image can be made of. */
    public int rows() {
        return variables.size();
    }

    /** Numbers of a latent, d. */
    public int dimension() {
        return dimension;
    }

    /**
     * The latents that the layers read for some inputs.
     *
     * @param inputs samples of the generator, or inputs that were made here
     * @return [N, rows, d], the caller's own
     */
    public INDArray latents(Inputs inputs) {
        INDArray result = Nd4j.create(inputs.size(), rows(), dimension());
        Map<String, INDArray> arrays = inputs.arrays();
        if (arrays.containsKey(ROWS)) {
            return result.assign(inputs.get(ROWS));
        }
        if (arrays.containsKey(COMMON)) {
            for (int row = 0; row < rows(); row++) {
                assign(result, row, inputs.get(COMMON));
            }
            return result;
        }
        Inputs complete = sampler.complete(inputs);
        for (String variable : new LinkedHashSet<>(variables)) {
            INDArray latent = compute.apply(complete, variable);
            for (int row = 0; row < rows(); row++) {
                if (variables.get(row).equals(variable)) {
                    assign(result, row, latent);
                }
            }
        }
        return result;
    }

    private static void assign(INDArray all, int row, INDArray latents) {
        all.get(NDArrayIndex.all(), NDArrayIndex.point(row), NDArrayIndex.all()).assign(latents);
    }

    /**
     * Inputs of latents.
     *
     * @param latents [N, d] or [N, rows, d]; carried, not copied
     * @throws RewriteException when they have another shape
     */
    public Inputs inputs(INDArray latents) {
        if (latents.rank() == 2 && latents.size(1) == dimension()) {
            return Inputs.of(COMMON, latents);
        }
        if (latents.rank() == 3 && latents.size(1) == rows() && latents.size(2) == dimension()) {
            return Inputs.of(ROWS, latents);
        }
        throw new RewriteException("The latents have the shape " + Arrays.toString(latents.shape())
                + ", but expected were [N, " + dimension() + "] or [N, " + rows() + ", " + dimension() + "].");
    }

    /**
     * Style mixing (Karras et al. 2019): layers before {@code from} read the latents of one, the others those of the other.
     *
     * @param first N samples, or one for all
     * @param second N samples, or one for all
     * @param from first row that is taken from {@code second}, 0 to {@link #rows()}
     */
    public Inputs mixed(Inputs first, Inputs second, int from) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        if (from < 0 || from > rows()) {
            throw new IllegalArgumentException(
                    "Latents are mixed from a row between 0 and " + rows() + " on, but got " + from + ".");
        }
        int size = Math.max(first.size(), second.size());
        if ((first.size() != size && first.size() != 1) || (second.size() != size && second.size() != 1)) {
            throw new IllegalArgumentException("Mixed are as many samples with as many, or one with each; got "
                    + first.size() + " and " + second.size() + ".");
        }
        INDArray one = latents(first);
        INDArray other = latents(second);
        INDArray result = Nd4j.create(size, rows(), dimension());
        for (int sample = 0; sample < size; sample++) {
            for (int row = 0; row < rows(); row++) {
                INDArray source = row < from ? one : other;
                result.get(NDArrayIndex.point(sample), NDArrayIndex.point(row), NDArrayIndex.all())
                        .assign(source.get(
                                NDArrayIndex.point(source.size(0) == 1 ? 0 : sample),
                                NDArrayIndex.point(row),
                                NDArrayIndex.all()));
            }
        }
        return inputs(result);
    }
}
