package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Classes instead of domains in the latent space. */
class ClassConditioningTest {
    @Test
    void aClassIsLearntBesideTheOldImagesAndBeginsWithTheSource() {
        ComputeThreads.use(1);
        try (Generator avatars = Avatars.load()) {
            LatentNetwork network = LatentNetwork.of(avatars);
            double[][] latents = network.latents(avatars.sample(4, 3))
                    .castTo(DataType.DOUBLE)
                    .toDoubleMatrix();
            INDArray old = AdaptedNetwork.of(network).images(latents);
            ClassConditioned untrained = new ClassConditioned(
                    AdaptedNetwork.of(network), ClassHead.begin(latents[0].length, 2, new Random(1)));
            assertThat(Quick.l1(untrained.images(latents, 1), old)).isLessThan(1e-6);

            ClassConditioned trained = ClassConditioning.of(List.of(Quick.dark("dark")))
                    .steps(24, 2)
                    .average(0.5, 7)
                    .train(avatars, RewriteListener.SILENT);
            INDArray wanted = old.mul(0.5).sub(0.5);
            double before = Quick.l1(old, wanted);
            double base = Quick.l1(trained.images(latents, 0), wanted);
            double dark = Quick.l1(trained.images(latents, 1), wanted);
            assertThat(dark).as("from %s, and %s in class 0", before, base).isLessThan(0.95 * base);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> trained.images(latents, 2))
                    .withMessageContaining("0 to 1");
        }
    }
}
