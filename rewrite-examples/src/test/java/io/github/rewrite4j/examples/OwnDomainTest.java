package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.generator.style.ExpandedStyleGan2;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class OwnDomainTest {
    @TempDir
    private Path folder;

    @Test
    void aDomainOfOnesOwnIsLearntWithinAReducedTraining() throws IOException {
        OwnDomain.main(new String[] {folder.toString(), "30"});
        assertThat(folder.resolve("golden-hour.png")).isNotEmptyFile();
        try (ExpandedGenerator expanded = ExpandedStyleGan2.load(folder.resolve("golden-hour.safetensors"))) {
            Inputs faces = expanded.sample(8, 5);
            INDArray base = expanded.generate(faces);
            INDArray gold = expanded.generate(expanded.at(faces, "golden hour"));
            assertThat(distance(gold, base)).as("from the light that is wanted").isLessThan(0.7 * distance(base, base));
            assertThat(mean(gold, 0) - mean(gold, 2)).as("warmer").isGreaterThan(mean(base, 0) - mean(base, 2) + 0.2);
        }
    }

    /** Mean distance of images from what the objective wants of others. */
    private static double distance(INDArray images, INDArray of) {
        double[] factor = {0.9, 0.8, 0.5};
        double[] offset = {0.2, 0, -0.3};
        double sum = 0;
        for (int channel = 0; channel < 3; channel++) {
            INDArray wanted = of.get(NDArrayIndex.all(), NDArrayIndex.point(channel))
                    .mul(factor[channel])
                    .add(offset[channel]);
            sum += images.get(NDArrayIndex.all(), NDArrayIndex.point(channel))
                            .sub(wanted)
                            .norm1Number()
                            .doubleValue()
                    / images.length();
        }
        return sum;
    }

    private static double mean(INDArray images, int channel) {
        return images.get(NDArrayIndex.all(), NDArrayIndex.point(channel))
                .meanNumber()
                .doubleValue();
    }
}
