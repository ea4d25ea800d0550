package io.github.rewrite4j.samediff.inversion;

import io.github.rewrite4j.Patch;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A patch that makes a generator draw pictures exactly at the latents that were found for them.
 *
 * @param patch fits the generator that the pictures were inverted in
 * @param images what the generator draws with it [k, C, H, W], not clipped
 * @param psnrBefore of the images without the patch against the pictures, decibel, one for each
 * @param psnrAfter the same with it
 */
public record Pivot(Patch patch, INDArray images, List<Double> psnrBefore, List<Double> psnrAfter) {
    public Pivot {
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(psnrBefore, "psnrBefore");
        Objects.requireNonNull(psnrAfter, "psnrAfter");
        psnrBefore = List.copyOf(psnrBefore);
        psnrAfter = List.copyOf(psnrAfter);
    }
}
