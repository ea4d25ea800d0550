package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.perception.Discriminator64;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SourceLossTest {
    private static Generator avatars = Avatars.load();
    private static Discriminator64 judge;
    private static INDArray images;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() throws IOException {
        ComputeThreads.use(1);
        judge = Avatars.discriminator();
        images = avatars.generate(avatars.sample(4, 17));
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void theSourcesOwnGameGoesOnAndTheModeIsWrittenDown() throws IOException {
        float[] before = judge.parameters().get(0).value().clone();
        DomainExpansion expansion =
                Quick.expansion(Quick.dark("dark")).iterations(2).reportEvery(1).sourceLoss(judge, images, 0.5);
        Path first = folder.resolve("first.safetensors");
        Path second = folder.resolve("second.safetensors");
        try (ExpandedGenerator expanded = expansion.train(avatars)) {
            assertThat(expanded.notes())
                    .containsEntry("mode", "source loss 0.5")
                    .containsKey("discriminator");
            assertThat(expanded.notes().get("realImages")).matches("4 [0-9a-f]{64}");
            List<ExpansionPoint> curve =
                    ExpansionPoint.parse(String.valueOf(expanded.notes().get("curve")));
            assertThat(curve).allSatisfy(point -> assertThat(point.source()).isPositive());
            expanded.save(first);
        }
        assertThat(Arrays.equals(judge.parameters().get(0).value(), before)).isTrue();
        try (ExpandedGenerator expanded = expansion.train(avatars)) {
            expanded.save(second);
        }
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void withoutRealImagesItIsRefused() {
        DomainExpansion expansion = Quick.expansion(Quick.dark("dark"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expansion.sourceLoss(judge, Nd4j.empty(DataType.FLOAT), 1))
                .withMessageContaining("is the folder empty?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expansion.sourceLoss(judge, Nd4j.zeros(2, 3, 32, 32), 1))
                .withMessageContaining("[2, 3, 32, 32]");
    }
}
