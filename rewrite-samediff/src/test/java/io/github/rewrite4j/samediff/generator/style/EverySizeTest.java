package io.github.rewrite4j.samediff.generator.style;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Rules of both kinds in generators of pictures of any size (random weights). */
class EverySizeTest {
    @TempDir
    static Path folder;

    private static Generator generator(int side) throws IOException {
        Path file = folder.resolve(side + ".safetensors");
        return StyleGan2.load(Stylegan2Golden.write(file, RandomCheckpoint.of(side, 3)));
    }

    /** Mean change inside a region and elsewhere. */
    private static double[] changes(Generator before, Generator after, Region region) {
        int side = before.spec().imageHeight();
        Inputs fresh = before.sample(4, 8);
        INDArray change = Nd4j.math().abs(after.generate(fresh).sub(before.generate(fresh)));
        INDArray inside = region.onImage(side, side).toArray().reshape(1, 1, side, side);
        double cells = inside.sumNumber().doubleValue();
        double within = change.mul(inside).sumNumber().doubleValue() / (12 * cells);
        double all = change.meanNumber().doubleValue();
        return new double[] {within, (all * side * side - within * cells) / (side * side - cells)};
    }

    @ParameterizedTest(name = "{0} pixels")
    @ValueSource(ints = {32, 64, 128})
    void aCopiedRuleIsLearntInItsLayerAlone(int side) throws IOException {
        try (Generator generator = generator(side)) {
            Region spot = Region.ellipse(side / 4.0, side / 4.0, side / 10.0, side / 10.0);
            String layer = generator.layers().get(4).name();
            Rewrite rewrite = LowRankRewrite.rank(4)
                    .rewrite(
                            generator.memory(layer),
                            Edit.copy(Sample.of(1), spot).pasteInto(Sample.range(1, 10, 14), spot));
            assertThat(rewrite.patch().deltas())
                    .extracting(WeightDelta::weight)
                    .containsExactly(generator.layers().get(4).weight());
            assertThat(rewrite.report().lossAfter())
                    .isLessThan(0.8 * rewrite.report().lossBefore());
            try (Generator rewritten = generator.with(rewrite.patch())) {
                assertThat(changes(generator, rewritten, spot)[0]).isPositive();
            }
        }
    }

    @ParameterizedTest(name = "{0} pixels")
    @ValueSource(ints = {32, 64, 128})
    void anObjectFromAPictureIsLearntInItsPlace(int side) throws IOException {
        try (Generator generator = generator(side)) {
            Region spot = Region.ellipse(side / 2.0, side / 2.0, side / 5.0, side / 6.0);
            INDArray picture = Nd4j.ones(3, side, side);
            AssociativeMemory memory = OutOfDomainRewrite.memoryOf(generator);
            List<Double> losses = new ArrayList<>();
            Rewrite rewrite = OutOfDomainRewrite.inImages()
                    .steps(40)
                    .rate(0.01)
                    .evaluatedOn(List.of(), 0, 2)
                    .rewrite(
                            memory,
                            ExemplarEdit.of(Exemplar.of(picture, spot)).shownOn(Sample.range(1, 0, 8)),
                            progress -> {
                                if (!Double.isNaN(progress.loss())) {
                                    losses.add(progress.loss());
                                }
                                return true;
                            });
            assertThat(rewrite.patch().deltas())
                    .extracting(WeightDelta::weight)
                    .isSubsetOf(
                            memory.spec().layers().stream().map(Layer::weight).toList());
            assertThat(losses.get(losses.size() - 1)).isLessThan(0.9 * losses.get(0));
            try (Generator rewritten = generator.with(rewrite.patch())) {
                double[] changes = changes(generator, rewritten, spot);
                assertThat(changes[0]).isGreaterThan(changes[1]);
            }
        }
    }
}
