package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Values;
import java.util.Arrays;
import java.util.SortedMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a generator draws from projected values: how near it comes to a picture is the projection error, which bounds
 * what any edit can learn from it.
 */
public final class Reconstruction {
    private static final double ORDINARY = 0.95;

    private final BackwardProjector projector;
    private final AssociativeMemory memory;

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
        projector.requireFits(memory);
        return new Reconstruction(projector, memory);
    }

    /**
     * Pictures drawn again with the side tensors of the mean input: for pictures from elsewhere.
     *
     * @param pictures [N, C, H, W] in [-1, 1], of any size
     * @return images of the generator's size
     */
    public INDArray ofPictures(INDArray pictures) {
        INDArray values = projector.project(pictures);
        SortedMap<String, INDArray> sides = MeanSides.of(memory);
        return memory.decode(new Values(values, MeanSides.repeated(sides, (int) pictures.size(0))));
    }

    /**
     * Pictures drawn again with the side tensors of inputs, for pictures that were made from samples.
     *
     * @param pictures [N, C, H, W] in [-1, 1]
     * @param inputs as many as pictures
     */
    public INDArray ofSamples(INDArray pictures, Inputs inputs) {
        Values own = memory.values(memory.keys(inputs));
        return memory.decode(own.withTensor(projector.project(pictures)));
    }

    /**
     * How much of the structure of pictures is lost when they are drawn again: 1 - SSIM of each, 0 for nothing. Other than
     * differences of colours, it does not judge the tint that the mean input's styles give.
     *
     * @param pictures [N, C, H, W] of the generator's size
     */
    public double[] errors(INDArray pictures) {
        return ImageDistance.dissimilarity().between(ofPictures(pictures), pictures);
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
