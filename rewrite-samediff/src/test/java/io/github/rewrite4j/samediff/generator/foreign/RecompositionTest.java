package io.github.rewrite4j.samediff.generator.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.generator.style.Stylegan2Golden;
import io.github.rewrite4j.samediff.latent.LatentBases;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentSpaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Base, rule and decoder of every adapter, one after the other, are the generator: on 32 inputs, cut at every layer. */
class RecompositionTest {
    private static final int INPUTS = 32;

    @TempDir
    static Path folder;

    /** A generator of some kind, opened when its turn comes. */
    private interface Opening {
        Generator open() throws IOException;
    }

    private record Adapter(String name, Opening opening) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Adapter> adapters() {
        return Stream.of(
                new Adapter("bundled layout", Avatars::load),
                new Adapter("bundled layout, truncated", () -> StyleGan2.truncated(Avatars.load(), 0.7)),
                new Adapter(
                        "rosinality layout",
                        () -> StyleGan2.load(
                                Stylegan2Golden.write(folder.resolve("golden.safetensors"), Stylegan2Golden.state()))),
                new Adapter("expanded", RecompositionTest::expanded),
                new Adapter("a domain of an expanded one", () -> expanded().inDomain("sketch")),
                new Adapter("SameDiff graph", () -> SameDiffGenerator.of(ToyGraph.generator())
                        .input("z", 6)
                        .output("image")
                        .pixels(PixelRange.UNIT)
                        .build()));
    }

    /** Untrained domains: projections of the latent are in the way, which is what a cut has to get through. */
    private static ExpandedGenerator expanded() {
        LatentNetwork source = LatentNetwork.of(Avatars.load());
        LatentBasis basis = LatentBases.svd(source);
        List<Domain> domains = List.of(new Domain("sepia", 20, 6), new Domain("sketch", 45, -4));
        return source.expanded(
                source.parameters(), new LatentExpansion(LatentSpaces.of(source), basis, domains, Map.of()));
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void decodingTheValuesOfTheKeysIsGenerating(Adapter adapter) throws IOException {
        try (Generator generator = adapter.opening.open()) {
            Inputs inputs = generator.sample(INPUTS, 5);
            INDArray images = generator.generate(inputs);
            assertThat(images.size(0)).isEqualTo(INPUTS);
            List<Layer> layers = generator.layers();
            double scale = Math.max(1, Differences.magnitude(images));
            double worst = 0;
            for (Layer layer : layers) {
                worst = Math.max(worst, error(generator.memory(layer.name()), inputs, images));
            }
            AssociativeMemory all = generator.memory(
                    layers.get(0).name(), layers.get(layers.size() - 1).name());
            worst = Math.max(worst, error(all, inputs, images));
            assertThat(worst).isLessThan(1e-5 * scale);
            assertThat(error(all, generator.sample(INPUTS, 6), images))
                    .as("other inputs give other images")
                    .isGreaterThan(1e-3 * scale);
        }
    }

    private static double error(AssociativeMemory memory, Inputs inputs, INDArray images) {
        return Differences.largest(memory.decode(memory.values(memory.keys(inputs))), images);
    }
}
