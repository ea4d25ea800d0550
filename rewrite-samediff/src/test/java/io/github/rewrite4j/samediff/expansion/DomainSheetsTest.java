package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class DomainSheetsTest {
    private static Generator avatars;
    private static ExpandedGenerator expanded;

    @TempDir
    private Path folder;

    @BeforeAll
    static void untrained() {
        avatars = Avatars.load();
        LatentNetwork network = LatentNetwork.of(avatars);
        ExpansionPlan plan = Quick.plan(network, Quick.dark("dark"), Quick.red("red"));
        expanded = network.expanded(network.parameters(), plan.expansion(Map.of()));
    }

    @AfterAll
    static void close() {
        expanded.close();
        avatars.close();
    }

    @Test
    void aRowIsOneSampleAndAColumnOneDomain() throws IOException {
        Inputs inputs = expanded.sample(2, 4);
        DomainSheets sheets = DomainSheets.of(expanded).beside(avatars);
        Path file = folder.resolve("aligned.png");
        sheets.aligned(inputs, List.of(Map.of("dark", 0.5, "red", 1.0))).write(file);
        INDArray picture = Images.read(file);
        // Source, base, two domains, one mixture: five columns of 128 pixels and gaps.
        assertThat(picture.size(3)).isEqualTo(2 * 12 + 72 + 5 * (128 + 4));
        sheets.traversal(inputs, 0, 0.5, 1, 1.5).write(folder.resolve("traversal.png"));
        assertThat(folder.resolve("traversal.png")).isNotEmptyFile();
        assertThat(sheets.moving(inputs, 1, 4).frames()).isEqualTo(6);
    }

    @Test
    void aGridHoldsEveryCombination() {
        Inputs one = expanded.sample(1, 4);
        DomainSheets sheets = DomainSheets.of(expanded);
        INDArray grid = sheets.grid(
                one,
                DomainAxis.domain("dark", 0, 1),
                DomainAxis.direction(3, -1, 0, 1),
                DomainAxis.domain("red", 0, 0.5, 1, 2));
        assertThat(grid.shape()).containsExactly(2, 3, 4, 3, 64, 64);
        INDArray corner =
                grid.get(NDArrayIndex.point(1), NDArrayIndex.point(2), NDArrayIndex.point(3), NDArrayIndex.all());
        INDArray expected = expanded.generate(expanded.at(expanded.moved(one, 3, 1), Map.of("dark", 1.0, "red", 2.0)));
        assertThat(corner.sub(expected.reshape(3, 64, 64)).amaxNumber().doubleValue())
                .isLessThan(1e-5);
        assertThat(sheets.composition(one, DomainAxis.domain("dark", 0, 1), DomainAxis.domain("red", 0, 1))
                        .toImage()
                        .getHeight())
                .isGreaterThan(2 * 128);
    }

    @Test
    void axesThatMakeNoGridAreRefused() {
        DomainSheets sheets = DomainSheets.of(expanded);
        Inputs one = expanded.sample(1, 4);
        DomainAxis dark = DomainAxis.domain("dark", 0, 1);
        assertThatThrownBy(() -> sheets.grid(one, dark, DomainAxis.domain("dark", 0.5)))
                .hasMessageContaining("are the same");
        assertThatThrownBy(() -> sheets.grid(expanded.sample(2, 4), dark)).hasMessageContaining("of one sample");
        assertThatThrownBy(() -> sheets.grid(one)).hasMessageContaining("one to three axes");
        assertThatThrownBy(() -> sheets.grid(one, DomainAxis.domain("dusk", 1)))
                .hasMessageContaining("There is no domain 'dusk'");
        assertThatThrownBy(() -> DomainAxis.domain("dark")).hasMessageContaining("at least one value");
        assertThatThrownBy(() -> sheets.moving(one, 1, 1)).hasMessageContaining("at least 2");
    }
}
