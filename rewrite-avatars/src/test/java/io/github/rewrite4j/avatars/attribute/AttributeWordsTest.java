package io.github.rewrite4j.avatars.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.samediff.expansion.EmbeddingDirection;
import io.github.rewrite4j.samediff.perception.TextTemplates;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class AttributeWordsTest {
    private static final int SEEN = 384;
    private static final int FRESH = 96;

    private static RealAvatars avatars;
    private static AttributeNetwork network;
    private static AttributeWords words;

    @BeforeAll
    static void look() throws IOException {
        avatars = RealAvatars.load();
        network = BundledNetworks.training();
        words = AttributeWords.of(network, avatars, SEEN);
    }

    @Test
    void names_of_attributes_become_words() {
        assertThat(words.words()).contains("big smile", "mohawk", "walrus").doesNotContain("none", "bigSmile");
    }

    @Test
    void fresh_pictures_that_have_it_lie_in_the_direction_of_a_word() {
        double[] direction = EmbeddingDirection.ofWords(
                        words, "a face", "a face with a big smile", TextTemplates.none())
                .direction();
        INDArray seen = network.embedding(avatars.images(SEEN, SEEN + FRESH));
        double with = 0;
        double without = 0;
        int count = 0;
        for (int n = 0; n < FRESH; n++) {
            double along = 0;
            double length = 0;
            for (int i = 0; i < direction.length; i++) {
                along += direction[i] * seen.getDouble(n, i);
                length += seen.getDouble(n, i) * seen.getDouble(n, i);
            }
            if (avatars.attribute(SEEN + n, "mouth").equals(Optional.of("bigSmile"))) {
                with += along / Math.sqrt(length);
                count++;
            } else {
                without += along / Math.sqrt(length);
            }
        }
        assertThat(count).isGreaterThan(3);
        assertThat(with / count).isGreaterThan(without / (FRESH - count) + 0.1);
    }

    @Test
    void several_words_are_their_mean() {
        double[][] vectors =
                words.texts(List.of("mohawk", "walrus", "a mohawk and a walrus", "a portrait of somebody"));
        for (int i = 0; i < vectors[0].length; i++) {
            assertThat(vectors[2][i])
                    .isCloseTo((vectors[0][i] + vectors[1][i]) / 2, org.assertj.core.data.Offset.offset(1e-9));
        }
        assertThat(vectors[3]).isNotEqualTo(vectors[0]);
    }

    @Test
    void other_words_say_what_to_get() {
        assertThatThrownBy(() -> words.texts(List.of("a pencil sketch")))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("pencil")
                .hasMessageContaining("mohawk")
                .hasMessageContaining("ViT-B-32.pt")
                .hasMessageContaining("merges.txt");
    }
}
