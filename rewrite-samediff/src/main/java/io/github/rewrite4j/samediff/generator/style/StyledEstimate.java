package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.samediff.generator.MemoryNeeds;
import java.util.List;

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
        MemoryNeeds needs = new MemoryNeeds(parameters, largestMap);
        return new GeneratorEstimate(
                architecture,
                List.of(LatentSampler.LATENT + " [N, " + latent + "]", LatentSampler.TRUNCATION + " [N, 1]"),
                imageSize,
                imageSize,
                layers,
                parameters,
                needs.loadingBytes(),
                needs.generatingBytes(),
                List.of());
    }
}
