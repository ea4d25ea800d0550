package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.linalg.internal.Finite;
import io.github.rewrite4j.samediff.metric.ImageMetric;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What a generator draws from projected values: how near it comes to a picture is the projection error, which bounds
 * what any edit can learn from it.
 */
public final class Reconstruction {
    private static final double ORDINARY = 0.95;

    private final BackwardProjector projector;
    private final AssociativeMemory memory;
    private @Nullable NearestStyles styles;

    private Reconstruction(BackwardProjector projector, AssociativeMemory memory) {
        this.projector = projector;
        this.memory = memory;
    }

    /**
     * Reconstructions through a memory's decoder.
     *
     * @param memory that ends with the projector's layer
     * @throws io.github.rewrite4j.RewriteException when they do not belong together
     */
    public static Reconstruction through(BackwardProjector projector, AssociativeMemory memory) {
        Objects.requireNonNull(projector, "projector");
        Objects.requireNonNull(memory, "memory");
        projector.requireFits(memory);
        return new Reconstruction(projector, memory);
    }

    /**
     * Pictures drawn again, each in the style of the sample that suits it best: for pictures from elsewhere. The first call
     * draws the samples to choose from.
     *
     * @param pictures [N, C, H, W] in [-1, 1], of any size
     */
    public Redrawn redraw(INDArray pictures) {
        Objects.requireNonNull(pictures, "pictures");
        INDArray values = Finite.require(
                projector.project(pictures), "The projected values", "Train the projector again, at a lower rate.");
        GeneratorSpec generator = memory.spec().generator();
        int[] shape = HostArrays.shape(pictures);
        float[] fitting = ImageScaling.resized(
                HostArrays.of(pictures),
                shape[0] * shape[1],
                shape[2],
                shape[3],
                generator.imageHeight(),
                generator.imageWidth());
        int row = fitting.length / shape[0];
        List<INDArray> images = new ArrayList<>();
        List<Optional<Sample>> found = new ArrayList<>();
        for (int n = 0; n < shape[0]; n++) {
            try (INDArray one = values.get(NDArrayIndex.interval(n, n + 1)).dup('c')) {
                NearestStyles.Drawn drawn = nearest().draw(one, Arrays.copyOfRange(fitting, n * row, (n + 1) * row));
                images.add(drawn.image());
                found.add(drawn.style());
            }
        }
        return new Redrawn(Nd4j.concat(0, images.toArray(INDArray[]::new)), found);
    }

    private synchronized NearestStyles nearest() {
        if (styles == null) {
            styles = new NearestStyles(memory);
        }
        return styles;
    }

    /**
     * Pictures that were drawn again from projected values.
     *
     * @param images of the generator's size
     * @param styles for each the sample that lent its style, empty where the mean input's suited best
     */
    public record Redrawn(INDArray images, List<Optional<Sample>> styles) {
        public Redrawn {
            Objects.requireNonNull(images, "images");
            Objects.requireNonNull(styles, "styles");
            styles = List.copyOf(styles);
        }

        /** What was lost of each picture, which are those that were drawn again, of the generator's size. */
        public List<PictureLoss> losses(INDArray pictures) {
            Objects.requireNonNull(pictures, "pictures");
            return PictureLoss.between(images, pictures);
        }
    }

    /** The images of {@link #redraw}. */
    public INDArray ofPictures(INDArray pictures) {
        Objects.requireNonNull(pictures, "pictures");
        return redraw(pictures).images();
    }

    /**
     * Pictures drawn again with the side tensors of inputs, for pictures that were made from samples.
     *
     * @param pictures [N, C, H, W] in [-1, 1]
     * @param inputs as many as pictures
     */
    public INDArray ofSamples(INDArray pictures, Inputs inputs) {
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(inputs, "inputs");
        Values own = memory.values(memory.keys(inputs));
        INDArray projected = Finite.require(
                projector.project(pictures), "The projected values", "Train the projector again, at a lower rate.");
        return memory.decode(own.withTensor(projected));
    }

    /**
     * How much of pictures is lost when they are drawn again: 1 - SSIM of each, 0 for nothing; {@link PictureLoss} says what.
     *
     * @param pictures [N, C, H, W] of the generator's size
     */
    public double[] errors(INDArray pictures) {
        Objects.requireNonNull(pictures, "pictures");
        return ImageMetric.dissimilarity().perImage(ofPictures(pictures), pictures);
    }

    /**
     * The error that one of twenty samples of the generator exceeds: a picture above it is unlike what the generator
     * draws.
     *
     * @param samples how many to measure, such as 64
     * @param seed of the samples; not one that the projector was trained on
     */
    public double ordinaryError(int samples, long seed) {
        INDArray images =
                memory.decode(memory.values(memory.keys(memory.sampler().sample(samples, seed))));
        double[] errors = errors(images);
        Arrays.sort(errors);
        return errors[(int) (ORDINARY * (errors.length - 1))];
    }
}
