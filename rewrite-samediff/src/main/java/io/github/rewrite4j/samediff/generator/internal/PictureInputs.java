package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.generator.PictureSize;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The pictures [N, 3, height, width] that a network reads: where they come from, and whether those that come fit. */
public final class PictureInputs {
    private final String input;
    private final PictureSize size;
    private final String network;
    private final @Nullable InputSampler pictures;

    /**
     * @param input name of the input
     * @param size of the pictures
     * @param network what messages call it, such as "translator"
     * @param pictures draws pictures as an input of this name; null where the caller gives all
     */
    public PictureInputs(String input, PictureSize size, String network, @Nullable InputSampler pictures) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(size, "size");
        Objects.requireNonNull(network, "network");
        this.input = input;
        this.size = size;
        this.network = network;
        this.pictures = pictures;
    }

    /** The pictures of these samples. */
    public INDArray at(List<Sample> samples) {
        Objects.requireNonNull(samples, "samples");
        if (pictures == null) {
            throw new RewriteException("This " + network + " has no pictures to draw samples from: name a folder of PNG"
                    + " files with the option 'pictures', or give inputs of your own.");
        }
        Inputs drawn = pictures.at(samples);
        INDArray array =
                drawn.arrays().size() == 1 ? drawn.arrays().values().iterator().next() : drawn.get(input);
        requireFits(array);
        return array;
    }

    /** Refuses pictures of another size or form. */
    public void requireFits(Inputs inputs) {
        if (!inputs.arrays().containsKey(input)) {
            throw new RewriteException("The input '" + input + "' is missing: this " + network
                    + " reads pictures [N, 3, " + size.height() + ", " + size.width() + "] in [-1, 1].");
        }
        requireFits(inputs.get(input));
    }

    private void requireFits(INDArray array) {
        if (array.rank() != 4
                || array.size(1) != 3
                || array.size(2) != size.height()
                || array.size(3) != size.width()) {
            throw new RewriteException("The pictures given to this " + network + " have the shape "
                    + Arrays.toString(array.shape()) + ", but it was opened for [N, 3, " + size.height() + ", "
                    + size.width() + "]. Crop and resize them, or open it for their size with the option"
                    + " 'size=HEIGHTxWIDTH'.");
        }
    }

    /** See {@link InputSampler#requireReachable}. */
    public void requireReachable(Sample sample) {
        Objects.requireNonNull(sample, "sample");
        Optional.ofNullable(pictures).ifPresent(drawn -> drawn.requireReachable(sample));
    }

    /** Name of the collection, for {@link InputSampler#id()}. */
    public String id() {
        return pictures == null
                ? "none-" + size.height() + "x" + size.width()
                : Objects.requireNonNull(pictures).id();
    }
}
