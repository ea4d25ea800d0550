package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.clip.Clip;
import io.github.rewrite4j.samediff.clip.TinyClip;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.perception.TextTemplates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class TextDomainsTest {
    private static final TextTemplates SENTENCES = new TextTemplates(List.of("a photo of {}", "{}"));

    @Test
    void a_text_a_transform_and_few_photos_are_learnt_at_once(@TempDir Path folder) throws IOException {
        ComputeThreads.use(1);
        try (Clip clip = TinyClip.in(folder);
                Generator avatars = Avatars.load()) {
            EmbeddingDirection sketch = EmbeddingDirection.ofWords(clip, "a cat", "a sketch", SENTENCES);
            LatentNetwork network = LatentNetwork.of(avatars);
            INDArray anchors = network.latents(avatars.sample(2, 31));
            INDArray photos = avatars.generate(avatars.sample(2, 31)).muli(0.5);
            DomainExpansion training = Quick.expansion(
                            DirectionalEmbedding.along("sketch", sketch),
                            Quick.dark("dark"),
                            FewShotReconstruction.of("me", photos, anchors))
                    .iterations(24)
                    .batch(4)
                    .reportEvery(8)
                    .learningRates(0.003, 0.05);
            try (ExpandedGenerator expanded = training.train(avatars)) {
                List<ExpansionPoint> curve =
                        ExpansionPoint.parse(expanded.notes().getOrDefault("curve", ""));
                List<Double> first = curve.get(0).domains();
                List<Double> last = curve.get(curve.size() - 1).domains();
                assertThat(last.get(0)).as("text, from %s", first.get(0)).isLessThan(first.get(0) - 0.1);
                assertThat(last.get(1)).as("transform").isLessThan(0.8 * first.get(1));
                assertThat(last.get(2)).as("photos").isLessThan(0.8 * first.get(2));
                assertThat(expanded.notes().getOrDefault("sketch.direction0", ""))
                        .contains("from 'a cat' to 'a sketch' in 2 sentences");
            }
        }
    }

    @Test
    void the_mean_over_sentences_is_taken_of_unit_vectors(@TempDir Path folder) throws IOException {
        try (Clip clip = TinyClip.in(folder)) {
            double[] both =
                    EmbeddingDirection.ofWords(clip, "cat", "sketch", SENTENCES).direction();
            double[] plain = EmbeddingDirection.ofWords(clip, "cat", "sketch", TextTemplates.none())
                    .direction();
            double[][] vectors = clip.texts(List.of("a photo of sketch", "sketch", "a photo of cat", "cat"));
            double[] sum = new double[both.length];
            double square = 0;
            for (int i = 0; i < sum.length; i++) {
                for (int k = 0; k < 4; k++) {
                    sum[i] += (k < 2 ? 1 : -1) * vectors[k][i] / length(vectors[k]);
                }
                square += sum[i] * sum[i];
            }
            for (int i = 0; i < sum.length; i++) {
                assertThat(both[i]).isCloseTo(sum[i] / Math.sqrt(square), org.assertj.core.data.Offset.offset(1e-9));
            }
            assertThat(plain).isNotEqualTo(both);
        }
    }

    private static double length(double[] vector) {
        double square = 0;
        for (double v : vector) {
            square += v * v;
        }
        return Math.sqrt(square);
    }

    @Test
    void templates_have_one_place_for_the_text() {
        assertThat(TextTemplates.pictures().of("a cat")).hasSize(24).contains("a photo of a cat.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TextTemplates(List.of("a photo")))
                .withMessageContaining("{}");
    }
}
