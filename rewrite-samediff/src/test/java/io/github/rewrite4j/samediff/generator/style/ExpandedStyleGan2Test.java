package io.github.rewrite4j.samediff.generator.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.latent.LatentBases;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentSpaces;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Generators with domains, untrained: their weights are the source's, so every image is known. */
class ExpandedStyleGan2Test {
    private static final double ROUNDING = 2e-4;

    @TempDir
    static Path folder;

    private static Generator avatars;
    private static LatentNetwork source;
    private static LatentExpansion expansion;
    private static ExpandedGenerator expanded;

    @BeforeAll
    static void expand() {
        avatars = Avatars.load();
        source = LatentNetwork.of(avatars);
        LatentBasis basis = LatentBases.svd(source);
        expansion = new LatentExpansion(
                LatentSpaces.of(source),
                basis,
                List.of(new Domain("sepia", 20, 6), new Domain("sketch", 45, -4)),
                Map.of("recipe", "none", "seed", "7"));
        expanded = source.expanded(source.parameters(), expansion);
    }

    @AfterAll
    static void close() {
        expanded.close();
        avatars.close();
    }

    /** What the source draws of latents that were projected in Java. */
    private static INDArray drawn(LatentNetwork network, INDArray latents) {
        Map<String, Parameter> weights = new HashMap<>();
        network.parameters().forEach(parameter -> weights.put(parameter.name(), parameter));
        try (Tape tape = new Tape()) {
            return network.images(
                            tape,
                            tape.constant(latents),
                            name -> tape.frozen(Objects.requireNonNull(weights.get(name))),
                            null)
                    .toArray();
        }
    }

    private static INDArray projected(LatentNetwork network, Inputs inputs, LatentSubspaces spaces, double... amounts) {
        INDArray latents = network.latents(inputs);
        INDArray result = latents.dup();
        for (int i = 0; i < latents.rows(); i++) {
            double[] mixed = spaces.mixed(latents.getRow(i).toDoubleVector(), amounts);
            for (int j = 0; j < mixed.length; j++) {
                result.putScalar(i, j, mixed[j]);
            }
        }
        return result;
    }

    private static void assertSame(INDArray actual, INDArray expected) {
        assertThat(Differences.largest(actual, expected))
                .isLessThanOrEqualTo(ROUNDING * Differences.magnitude(expected));
    }

    private static void assertBitEqual(INDArray actual, INDArray expected) {
        assertThat(Differences.bits(actual)).isEqualTo(Differences.bits(expected));
    }

    @Test
    void theBaseDrawsWhatTheSourceDrawsOfTheProjectedLatent() {
        INDArray expected = drawn(source, projected(source, avatars.sample(6, 3), expansion.subspaces(), 0, 0));
        assertSame(expanded.generate(expanded.sample(6, 3)), expected);
    }

    @Test
    void aDomainDrawsWhatTheSourceDrawsOfTheLatentInItsSubspace() {
        INDArray expected = drawn(source, projected(source, avatars.sample(4, 3), expansion.subspaces(), 0, 1));
        ExpandedGenerator sketches = expanded.inDomain("sketch");
        INDArray images = sketches.generate(sketches.sample(4, 3));
        assertSame(images, expected);
        assertBitEqual(expanded.generate(expanded.at(expanded.sample(4, 3), "sketch")), images);
        assertThat(Differences.largest(images, expanded.generate(expanded.sample(4, 3))))
                .isGreaterThan(0.05);
        sketches.close();
    }

    @Test
    void amountsAreLinearInTheLatentAndNoneIsTheBase() {
        Inputs inputs = expanded.sample(3, 8);
        assertBitEqual(expanded.generate(expanded.at(inputs, Map.of("sepia", 0.0))), expanded.generate(inputs));
        INDArray expected = drawn(source, projected(source, avatars.sample(3, 8), expansion.subspaces(), 0.5, -1.25));
        assertSame(expanded.generate(expanded.at(inputs, Map.of("sepia", 0.5, "sketch", -1.25))), expected);
    }

    @Test
    void enteringADomainLeavesAllOthers() {
        Inputs both = expanded.at(expanded.sample(2, 8), Map.of("sepia", 1.0, "sketch", 1.0));
        assertThat(expanded.at(both, "sketch").get(ExpandedGenerator.DOMAINS).toFloatMatrix())
                .isDeepEqualTo(new float[][] {{0, 1}, {0, 1}});
        assertThat(both.get(ExpandedGenerator.DOMAINS).toFloatMatrix()).isDeepEqualTo(new float[][] {{1, 1}, {1, 1}});
    }

    @Test
    void aBaseDirectionMovesBaseAndDomainAlike() {
        Inputs inputs = expanded.sample(2, 8);
        double[] along = expanded.basis().direction(3);
        INDArray latents = projected(source, avatars.sample(2, 8), expansion.subspaces(), 1, 0);
        for (int j = 0; j < along.length; j++) {
            latents.getColumn(j).addi(1.5 * along[j]);
        }
        INDArray moved = expanded.generate(expanded.at(expanded.moved(inputs, 3, 1.5), "sepia"));
        assertSame(moved, drawn(source, latents));
        assertSame(expanded.generate(expanded.moved(expanded.moved(inputs, 3, 1), 3, -1)), expanded.generate(inputs));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expanded.moved(inputs, 45, 1))
                .withMessageContainingAll("45", "sketch", "at(inputs");
        assertThatIllegalArgumentException().isThrownBy(() -> expanded.moved(inputs, 64, 1));
    }

    @Test
    void inputsOfTheSourceDrawTheBase() {
        Inputs plain = avatars.sample(3, 5);
        assertBitEqual(expanded.generate(plain), expanded.generate(expanded.sample(3, 5)));
        assertBitEqual(
                expanded.generate(expanded.at(plain, "sepia")),
                expanded.generate(expanded.at(expanded.sample(3, 5), "sepia")));
        AssociativeMemory memory = expanded.memory("layer5");
        assertSame(memory.decode(memory.values(memory.keys(expanded.sample(3, 5)))), expanded.generate(plain));
    }

    @Test
    void truncationComesBeforeTheProjection() {
        Generator mean = StyleGan2.truncated(expanded.inDomain("sepia"), 0);
        INDArray images = mean.generate(mean.sample(2, 1));
        INDArray latent = projected(source, avatars.sampler().mean().orElseThrow(), expansion.subspaces(), 1, 0);
        assertSame(images.slice(0).reshape(1, 3, 64, 64), drawn(source, latent));
        assertSame(images.slice(1), images.slice(0));
        mean.close();
    }

    @Test
    void aViewKeepsItsDomainWithAnotherSampler() {
        ExpandedGenerator sepia = expanded.inDomain("sepia");
        ExpandedGenerator other = sepia.withSampler(
                new LatentSampler(64, 0.7, Optional.of(new LatentSampler.Offsets(9, 64)), 0, OptionalInt.empty()));
        assertThat(other.sample(1, 1).get(ExpandedGenerator.DOMAINS).toFloatMatrix())
                .isDeepEqualTo(new float[][] {{1, 0}});
        assertThat(other.sampler().id()).contains("0.7").contains("domain-0");
        ExpandedGenerator back = other.inDomain("sketch");
        assertThat(back.sampler().id()).contains("0.7").contains("domain-1");
        List.of(sepia, other, back).forEach(Generator::close);
    }

    @Test
    void savedAndLoadedItIsTheSameToTheBit() throws IOException {
        Path file = folder.resolve("same.safetensors");
        expanded.save(file);
        try (Generator plain = StyleGan2.load(file);
                ExpandedGenerator loaded = ExpandedStyleGan2.load(file)) {
            assertThat(plain).isInstanceOf(ExpandedGenerator.class);
            assertThat(loaded.spec()).isEqualTo(expanded.spec());
            assertThat(loaded.domains()).isEqualTo(expanded.domains());
            assertThat(loaded.space()).isEqualTo(expanded.space());
            assertThat(loaded.basis().directions())
                    .isDeepEqualTo(expanded.basis().directions());
            assertThat(loaded.basis().method()).isEqualTo(expanded.basis().method());
            assertThat(loaded.basis().generator()).isEqualTo(avatars.spec().fingerprint());
            assertThat(loaded.notes()).isEqualTo(new TreeMap<>(Map.of("recipe", "none", "seed", "7")));
            Inputs inputs = expanded.at(expanded.sample(3, 2), "sketch");
            assertBitEqual(loaded.generate(inputs), expanded.generate(inputs));
            assertBitEqual(plain.generate(plain.sample(3, 2)), expanded.generate(expanded.sample(3, 2)));
        }
    }

    @Test
    void itsRulesCanBeRewrittenAndThatIsKept() throws IOException {
        Patch patch = Avatars.patch(expanded, "layer4", 3);
        Path file = folder.resolve("rewritten.safetensors");
        try (ExpandedGenerator rewritten = expanded.with(patch);
                ExpandedGenerator back = rewritten.without(patch)) {
            Inputs inputs = rewritten.at(rewritten.sample(2, 2), "sepia");
            INDArray images = rewritten.generate(inputs);
            assertThat(Differences.largest(images, expanded.generate(inputs))).isGreaterThan(0.01);
            assertBitEqual(back.generate(inputs), expanded.generate(inputs));
            LatentNetwork network = LatentNetwork.of(rewritten);
            assertSame(drawn(network, projected(network, rewritten.sample(2, 2), expansion.subspaces(), 1, 0)), images);
            rewritten.save(file);
            try (ExpandedGenerator loaded = ExpandedStyleGan2.load(file)) {
                assertBitEqual(loaded.generate(inputs), images);
                assertThat(loaded.patches()).isEmpty();
                assertThat(loaded.spec().fingerprint())
                        .isNotEqualTo(expanded.spec().fingerprint());
            }
        }
    }

    @Test
    void anExpandedGeneratorIsSeenFromItsLatentLikeItsSource() {
        LatentNetwork network = LatentNetwork.of(expanded);
        assertThat(network.expansion()).hasValue(expansion);
        assertThat(source.expansion()).isEmpty();
        assertSame(network.latents(expanded.sample(4, 6)), source.latents(avatars.sample(4, 6)));
        for (Parameter parameter : network.parameters()) {
            assertThat(source.parameters().stream().filter(p -> p.name().equals(parameter.name())))
                    .singleElement()
                    .satisfies(p -> assertThat(p.value()).isEqualTo(parameter.value()));
        }
    }

    @Test
    void whatDecidesTheImagesDecidesTheFingerprint() {
        String plain = expanded.spec().fingerprint();
        assertThat(plain).isNotEqualTo(avatars.spec().fingerprint());
        assertThat(fingerprint(expansion)).isEqualTo(plain);
        assertThat(fingerprint(new LatentExpansion(
                        expansion.space(), expansion.basis(), expansion.domains(), Map.of("recipe", "another"))))
                .isEqualTo(plain);
        assertThat(fingerprint(new LatentExpansion(
                        expansion.space(),
                        expansion.basis(),
                        List.of(
                                new Domain("sepia", 20, 6.5),
                                expansion.domains().get(1)),
                        Map.of())))
                .isNotEqualTo(plain);
        double[] mean = expansion.space().mean();
        mean[3] += 0.25;
        assertThat(fingerprint(new LatentExpansion(
                        new LatentSpace("w", mean, 1, "s", 1), expansion.basis(), expansion.domains(), Map.of())))
                .isNotEqualTo(plain);
    }

    private static String fingerprint(LatentExpansion other) {
        try (ExpandedGenerator generator = source.expanded(source.parameters(), other)) {
            return generator.spec().fingerprint();
        }
    }

    @Test
    void unknownDomainsAreAnsweredWithNearOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expanded.inDomain("sketsh"))
                .withMessageContainingAll("sketsh", "sketch");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expanded.at(expanded.sample(1, 1), Map.of("sepia", Double.NaN)))
                .withMessageContainingAll("sepia", "NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LatentExpansion(expansion.space(), expansion.basis(), List.of(), Map.of()))
                .withMessageContaining("at least one domain");
    }

    @Test
    void aFullStyleGan2WithNoiseBlurAndColourSkipsIsExpandedAlike() throws IOException {
        Path file = Stylegan2Golden.write(folder.resolve("golden.safetensors"), Stylegan2Golden.state());
        Path saved = folder.resolve("golden-expanded.safetensors");
        Inputs inputs = Stylegan2Golden.inputs(0.8);
        try (Generator generator = StyleGan2.load(file)) {
            LatentNetwork network = LatentNetwork.of(generator);
            LatentExpansion more = new LatentExpansion(
                    LatentSpaces.of(network), LatentBases.svd(network), List.of(new Domain("frost", 63, 2)), Map.of());
            ExpandedGenerator frost = network.expanded(network.parameters(), more);
            INDArray expected = drawn(network, projected(network, inputs, more.subspaces(), 1));
            INDArray images = frost.generate(frost.at(inputs, "frost"));
            assertSame(images, expected);
            frost.save(saved);
            try (ExpandedGenerator loaded = (ExpandedGenerator) StyleGan2.load(saved)) {
                assertThat(loaded.spec()).isEqualTo(frost.spec());
                assertBitEqual(loaded.generate(loaded.at(inputs, "frost")), images);
                Patch patch = Avatars.patch(loaded, "convs.2.conv", 3);
                try (ExpandedGenerator patched = loaded.with(patch)) {
                    patched.save(saved);
                    try (Generator again = StyleGan2.load(saved)) {
                        assertBitEqual(again.generate(patched.sample(2, 2)), patched.generate(patched.sample(2, 2)));
                    }
                }
            }
            frost.close();
        }
    }

    @Test
    void theSourceCanBeClosed() {
        Generator other = Avatars.load();
        LatentNetwork network = LatentNetwork.of(other);
        ExpandedGenerator alone = network.expanded(network.parameters(), expansion);
        other.close();
        assertBitEqual(alone.generate(alone.sample(2, 2)), expanded.generate(expanded.sample(2, 2)));
        alone.close();
        assertThat(HostArrays.of(expanded.generate(expanded.sample(1, 2)))).isNotEmpty();
    }
}
