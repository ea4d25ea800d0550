package io.github.rewrite4j.samediff.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.expansion.TinyEyes;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentReader;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Pictures of one channel are found again, by pixels and by a network that looks at colours. */
class GreyInversionTest {
    /** Another's generator that draws the mean of the avatars' colours. */
    private record Grey(Generator inner) implements Generator {
        @Override
        public GeneratorSpec spec() {
            GeneratorSpec s = inner.spec();
            return new GeneratorSpec(
                    "grey", s.fingerprint(), s.baseFingerprint(), 1, s.imageHeight(), s.imageWidth(), s.parameters());
        }

        @Override
        public InputSampler sampler() {
            return inner.sampler();
        }

        @Override
        public Generator withSampler(InputSampler sampler) {
            return new Grey(inner.withSampler(sampler));
        }

        @Override
        public INDArray generate(Inputs inputs) {
            return inner.generate(inputs).mean(true, 1);
        }

        @Override
        public List<Layer> layers() {
            return inner.layers();
        }

        @Override
        public AssociativeMemory memory(String first, String last) {
            return inner.memory(first, last);
        }

        @Override
        public <T> Optional<T> capability(Class<T> type) {
            return type == LatentNetwork.class
                    ? Optional.of(type.cast(new GreyNetwork(spec(), LatentNetwork.of(inner))))
                    : Optional.empty();
        }

        @Override
        public List<AppliedPatch> patches() {
            return inner.patches();
        }

        @Override
        public Generator with(Patch patch, double strength) {
            return new Grey(inner.with(patch, strength));
        }

        @Override
        public Generator without(Patch patch) {
            return new Grey(inner.without(patch));
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private record GreyNetwork(GeneratorSpec spec, LatentNetwork inner) implements LatentNetwork {
        @Override
        public Node images(Tape tape, List<Node> latents, Function<String, Node> weights, @Nullable Node entered) {
            float third = 1f / 3;
            Node mean = tape.constant(new float[] {third, third, third}, 1, 3, 1, 1);
            return Convolutions.convolve(inner.images(tape, latents, weights, entered), mean, 1, 0);
        }

        @Override
        public InputSampler sampler() {
            return inner.sampler();
        }

        @Override
        public String latent() {
            return inner.latent();
        }

        @Override
        public double[] mean() {
            return inner.mean();
        }

        @Override
        public INDArray latents(Inputs inputs) {
            return inner.latents(inputs);
        }

        @Override
        public int places() {
            return inner.places();
        }

        @Override
        public Inputs at(INDArray latents) {
            return inner.at(latents);
        }

        @Override
        public INDArray placed(Inputs inputs) {
            return inner.placed(inputs);
        }

        @Override
        public List<LatentReader> readers() {
            return inner.readers();
        }

        @Override
        public List<Parameter> parameters() {
            return inner.parameters();
        }

        @Override
        public Optional<LatentExpansion> expansion() {
            return inner.expansion();
        }

        @Override
        public ExpandedGenerator expanded(Collection<Parameter> weights, LatentExpansion expansion) {
            return inner.expanded(weights, expansion);
        }
    }

    @Test
    void grey_pictures_are_found_again_and_tuned_for() {
        ComputeThreads.use(1);
        try (Generator grey = new Grey(Avatars.load())) {
            INDArray drawn = grey.generate(grey.sample(1, 21));
            Inversion quick = Inversion.defaults().iterations(40).starts(1).seenBy(new TinyEyes(3), 0.1);
            InvertedPictures found = quick.invert(grey, drawn);
            assertThat(found.images().shape()).containsExactly(1, 1, 64, 64);
            double mean = grey.generate(grey.sampler().mean().orElseThrow()).squaredDistance(drawn);
            assertThat(found.images().squaredDistance(drawn)).isLessThan(0.3 * mean);
            Pivot pivot = PivotalTuning.ofRank(2).iterations(6).locality(0.1, 1).tune(grey, found, drawn);
            assertThat(pivot.images().shape()).containsExactly(1, 1, 64, 64);
            assertThat(pivot.psnrAfter().get(0))
                    .isGreaterThan(pivot.psnrBefore().get(0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> quick.invert(grey, Nd4j.zeros(1, 3, 64, 64)))
                    .withMessageContaining("expected was [k, 1, H, W]");
        }
    }
}
