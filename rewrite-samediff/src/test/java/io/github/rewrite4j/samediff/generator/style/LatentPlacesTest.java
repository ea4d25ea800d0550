package io.github.rewrite4j.samediff.generator.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A latent of its own at each place that reads one. */
class LatentPlacesTest {
    private static final double ALIKE = 1e-4;

    @TempDir
    Path folder;

    /** Latents of other samples at every place. */
    private static INDArray mixed(LatentNetwork network, int count) {
        INDArray latents = network.latents(network.sampler().sample(count * network.places(), 3));
        return latents.reshape(count, network.places(), latents.size(1));
    }

    private static INDArray onTape(LatentNetwork network, INDArray latents) {
        Map<String, Parameter> weights = new HashMap<>();
        network.parameters().forEach(parameter -> weights.put(parameter.name(), parameter));
        try (Tape tape = new Tape()) {
            List<Node> places = new ArrayList<>();
            for (int i = 0; i < network.places(); i++) {
                places.add(tape.constant(latents.get(NDArrayIndex.all(), NDArrayIndex.point(i), NDArrayIndex.all())
                        .dup('c')));
            }
            return network.images(tape, places, name -> tape.frozen(Named.in(weights, name)), null)
                    .toArray();
        }
    }

    private static void assertAlike(INDArray actual, INDArray expected) {
        assertThat(Differences.largest(actual, expected)).isLessThan(ALIKE * Differences.magnitude(expected));
    }

    private static void assertEveryPlaceReadsItsOwn(Generator generator, String layer) {
        LatentNetwork network = LatentNetwork.of(generator);
        INDArray latents = mixed(network, 3);
        Inputs inputs = network.at(latents);
        INDArray images = generator.generate(inputs);

        assertAlike(onTape(network, latents), images);
        AssociativeMemory memory = generator.memory(layer);
        assertAlike(memory.decode(memory.values(memory.keys(inputs))), images);
        for (int place = 0; place < network.places(); place++) {
            INDArray other = latents.dup();
            other.get(NDArrayIndex.all(), NDArrayIndex.point(place), NDArrayIndex.all())
                    .addi(0.5);
            assertThat(Differences.largest(generator.generate(network.at(other)), images))
                    .isGreaterThan(1e-3);
        }
    }

    @Test
    void placesOfTheAvatars() {
        try (Generator avatars = Avatars.load()) {
            assertEveryPlaceReadsItsOwn(avatars, "layer5");
        }
    }

    @Test
    void placesWithNoiseBlurAndColourSkips() throws IOException {
        Path file = Stylegan2Golden.write(folder.resolve("golden.safetensors"), Stylegan2Golden.state());
        try (Generator generator = StyleGan2.load(file)) {
            assertEveryPlaceReadsItsOwn(generator, generator.layers().get(3).name());
        }
    }

    @Test
    void aLatentGivenToAllPlacesDrawsTheSample() {
        try (Generator avatars = Avatars.load()) {
            LatentNetwork network = LatentNetwork.of(avatars);
            Inputs sample = avatars.sample(2, 8);
            INDArray w = network.latents(sample);
            INDArray everywhere = Nd4j.create(2, network.places(), w.size(1));
            for (int i = 0; i < network.places(); i++) {
                everywhere
                        .get(NDArrayIndex.all(), NDArrayIndex.point(i), NDArrayIndex.all())
                        .assign(w);
            }
            Inputs inputs = network.at(everywhere);
            assertAlike(avatars.generate(inputs), avatars.generate(sample));
            Inputs both = Subject.inputs(List.of(Subject.of(inputs.slice(0, 1)), new Sample(8, 1)), avatars.sampler());
            assertAlike(avatars.generate(both), avatars.generate(sample));
        }
    }

    @Test
    void noOffsetsAreOffsetsOfNothing() {
        try (Generator avatars = Avatars.load()) {
            Inputs sample = avatars.sample(2, 8);
            assertThat(sample.arrays()).doesNotContainKey(LatentSampler.OFFSETS);
            Inputs zero = sample.with(LatentSampler.OFFSETS, Nd4j.zeros(2, 9, 64));
            assertThat(avatars.generate(zero)).isEqualTo(avatars.generate(sample));
            Inputs broken = sample.with(LatentSampler.OFFSETS, Nd4j.zeros(2, 8, 64));
            assertThatThrownBy(() -> avatars.generate(broken))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContainingAll("'offsets'", "[2, 8, 64]", "[-1, 9, 64]");
        }
    }
}
