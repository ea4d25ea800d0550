package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.generator.diffusion.DiffusionAutoencoder;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The same expansion of a diffusion autoencoder, through all of its steps. */
class DiffusionExpansionTest {
    private static final int STEPS = 5;

    @Test
    void a_domain_is_learnt_through_the_sampler_and_kept_in_a_file(@TempDir Path folder) throws IOException {
        ComputeThreads.use(1);
        Path checkpoint = folder.resolve("last.ckpt");
        try (InputStream in = Objects.requireNonNull(
                DiffusionExpansionTest.class.getResourceAsStream("/diffae/diffae_tiny_lightning.ckpt"))) {
            Files.copy(in, checkpoint);
        }
        try (DiffusionAutoencoder ten = DiffusionAutoencoder.load(checkpoint);
                DiffusionAutoencoder source = ten.withSteps(STEPS)) {
            ExpansionPlan plan = Quick.plan(LatentNetwork.of(source), Quick.dark("dark"));
            try (ExpandedGenerator expanded = Quick.trained(source, plan, 12)) {
                List<ExpansionPoint> curve =
                        ExpansionPoint.parse(expanded.notes().getOrDefault("curve", ""));
                assertThat(curve.get(curve.size() - 1).replay()).isFinite();
                INDArray base = Quick.drawn(expanded, null, 2);
                INDArray dark = Quick.drawn(expanded, "dark", 2);
                INDArray before = Quick.images(
                        LatentNetwork.of(source),
                        LatentNetwork.of(source).parameters(),
                        Quick.projected(LatentNetwork.of(source), plan.subspaces(), 2, 0),
                        null);
                assertThat(dark.meanNumber().doubleValue())
                        .isLessThan(before.meanNumber().doubleValue());
                Path file = folder.resolve("expanded.safetensors");
                expanded.save(file);
                try (Generator loaded = GeneratorFamilies.installed().open(file, LoadOptions.none())) {
                    ExpandedGenerator again = (ExpandedGenerator) loaded;
                    assertThat(again.spec()).isEqualTo(expanded.spec());
                    assertThat(again.domains()).isEqualTo(expanded.domains());
                    assertThat(Quick.drawn(again, null, 2)).isEqualTo(base);
                    assertThat(Quick.drawn(again, "dark", 2)).isEqualTo(dark);
                }
            }
        }
    }
}
