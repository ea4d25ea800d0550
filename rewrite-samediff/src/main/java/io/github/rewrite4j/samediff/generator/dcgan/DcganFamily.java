package io.github.rewrite4j.samediff.generator.dcgan;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointFamily;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Plain convolutional generators in state dicts of PyTorch. */
public final class DcganFamily extends CheckpointFamily<DcganCheckpoint> {
    /** {@code strides}: what each layer multiplies the grid by. */
    public static final LoadOption<String> STRIDES = LoadOption.text(
            "strides",
            "1,2,2,2",
            "What each transposed convolution multiplies the sides of its grid by; the first makes its kernel's grid of one cell.");

    /** {@code slope}: of the rectifiers below zero. */
    public static final LoadOption<String> SLOPE =
            LoadOption.text("slope", "0.2", "Slope of the rectifiers below zero; 0 unless said.");

    /** {@code last}: the activation at the end. */
    public static final LoadOption<String> LAST = LoadOption.text(
            "last", "tanh|sigmoid", "What the last layer's numbers go through, which says what black and white are.");

    /** {@code epsilon}: what norms add to variances. */
    public static final LoadOption<String> EPSILON =
            LoadOption.text("epsilon", "1e-5", "What the batch norms add to their variances.");

    @Override
    public String name() {
        return "dcgan";
    }

    @Override
    public String description() {
        return "a plain convolutional generator of transposed convolutions and batch norms, a state dict with tensors"
                + " 'main.0.weight', 'main.1.running_mean' and so on";
    }

    @Override
    protected Optional<DcganCheckpoint> find(TensorSource tensors, LoadOptions options) throws IOException {
        return DcganCheckpoint.in(tensors);
    }

    @Override
    public List<LoadOption<?>> options() {
        return List.of(STRIDES, SLOPE, LAST, EPSILON);
    }

    @Override
    protected void check(DcganCheckpoint found) throws IOException {
        found.requireComplete();
    }

    @Override
    protected GeneratorEstimate estimate(DcganCheckpoint found, LoadOptions options) throws IOException {
        return found.estimate(DcganSettings.of(options));
    }

    @Override
    protected Generator load(DcganCheckpoint found, TensorSource tensors, LoadOptions options) throws IOException {
        return found.generator(DcganSettings.of(options));
    }
}
