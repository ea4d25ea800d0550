package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a style-based generator will need. */
public final class StyledEstimate {
    private StyledEstimate() {}

    /**
     * From counts.
     *
     * @param latent dimensions of z
     * @param imageSize pixels of a side
     * @param layers editable layers
     * @param parameters number of trained weights
     * @param largestMap numbers of the largest feature map of one sample
     */
    public static GeneratorEstimate of(
            String architecture, long latent, int imageSize, int layers, long parameters, long largestMap) {
        return of(architecture, latent, 0, imageSize, layers, parameters, largestMap);
    }

    /**
     * The same of a network with classes.
     *
     * @param classes numbers of a label; 0 for none
     */
    public static GeneratorEstimate of(
            String architecture,
            long latent,
            long classes,
            int imageSize,
            int layers,
            long parameters,
            long largestMap) {
        MemoryNeeds needs = new MemoryNeeds(parameters, largestMap);
        return of(architecture, latent, classes, imageSize, layers, needs, needs.drawingBytes());
    }

    /**
     * The same where something else draws.
     *
     * @param needs of weights and maps
     * @param generatingBytes memory while one batch of images is drawn
     */
    public static GeneratorEstimate of(
            String architecture,
            long latent,
            long classes,
            int imageSize,
            int layers,
            MemoryNeeds needs,
            long generatingBytes) {
        Objects.requireNonNull(architecture, "architecture");
        List<String> inputs = new ArrayList<>(
                List.of(LatentSampler.LATENT + " [N, " + latent + "]", LatentSampler.TRUNCATION + " [N, 1]"));
        if (classes > 0) {
            inputs.add(LatentSampler.LABEL + " [N, " + classes + "]");
        }
        return new GeneratorEstimate(
                architecture,
                inputs,
                imageSize,
                imageSize,
                layers,
                needs.parameters(),
                needs.loadingBytes(),
                generatingBytes,
                List.of());
    }
}
