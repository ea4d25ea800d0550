package io.github.rewrite4j.examples.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.avatars.AvatarPictures;
import io.github.rewrite4j.io.SafeTensors;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class EsrganSlimTest {
    /** Rounding of float32 in eleven layers, for pixels of 0 to 255. */
    private static final double TOLERANCE = 0.01;

    private static final Generator ENLARGER = load();

    private static Generator load() {
        try {
            return EsrganSlim.load(AvatarPictures.load().sampler(EsrganSlim.INPUT));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "drawn"})
    void computesWhatNumpyComputes(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(
                        EsrganSlimTest.class.getResourceAsStream("esrgan-slim-x2-reference.safetensors"));
                SafeTensors reference = SafeTensors.read(file, "reference")) {
            INDArray pixels = reference.load(name + ".in");
            INDArray expected = reference.load(name + ".out");

            INDArray direct = Objects.requireNonNull(EsrganSlim.graph()
                    .output(Map.of(EsrganSlim.INPUT, pixels), "enlarged")
                    .get("enlarged"));
            INDArray generated = ENLARGER.generate(
                    Inputs.of(EsrganSlim.INPUT, pixels.div(127.5).subi(1)));

            assertThat(direct.sub(expected).amaxNumber().doubleValue()).isLessThan(TOLERANCE);
            assertThat(generated.add(1).muli(127.5).subi(expected).amaxNumber().doubleValue())
                    .isLessThan(TOLERANCE);
        }
    }

    @Test
    void itsLayersAreFound() {
        assertThat(ENLARGER.layers())
                .extracting(Layer::name)
                .containsExactlyInAnyOrder(
                        "F_m1", "F_0", "F_1_1", "LFF_1", "F_2_1", "LFF_2", "GFF_1", "GFF_2", "UPN1", "UPN2", "UPN3",
                        "SR");
        assertThat(ENLARGER.spec().imageHeight()).isEqualTo(128);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F_m1", "F_0", "LFF_1", "F_2_1", "GFF_2", "UPN2", "SR"})
    void everyCutDrawsTheSamePicture(String layer) {
        AssociativeMemory memory = ENLARGER.memory(layer);
        Inputs inputs = ENLARGER.sample(1, 3);

        INDArray through = memory.decode(memory.values(memory.keys(inputs)));

        assertThat(through.sub(ENLARGER.generate(inputs)).amaxNumber().doubleValue())
                .isLessThan(1e-5);
        assertThat(memory.form()).isPresent();
    }
}
