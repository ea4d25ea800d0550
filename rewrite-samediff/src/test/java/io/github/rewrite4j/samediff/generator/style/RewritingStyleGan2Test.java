package io.github.rewrite4j.samediff.generator.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Values;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Memories and rewrites of a StyleGAN2 with up-sampling convolutions, noise and skip images. */
class RewritingStyleGan2Test {
    @TempDir
    static Path folder;

    private static Generator generator;

    @BeforeAll
    static void load() throws IOException {
        generator =
                StyleGan2.load(Stylegan2Golden.write(folder.resolve("golden.safetensors"), Stylegan2Golden.state()));
    }

    @AfterAll
    static void close() {
        generator.close();
    }

    private static double distance(INDArray a, INDArray b) {
        return Stylegan2Golden.maxAbs(a.sub(b));
    }

    private static double meanDistance(INDArray a, INDArray b) {
        return a.sub(b).amean().getDouble(0);
    }

    /** A random change of one weight along four directions, about half of its size. */
    private static Patch change(AssociativeMemory memory, String weight) {
        INDArray base = Objects.requireNonNull(memory.weights().get(weight));
        Random random = new Random(7);
        double[][][][] left = new double[(int) base.size(0)][4][3][3];
        for (double[][][] channel : left) {
            for (double[][] direction : channel) {
                for (double[] row : direction) {
                    Arrays.setAll(row, i -> 0.3 * random.nextGaussian());
                }
            }
        }
        double[][] right = new double[4][(int) base.size(1)];
        for (double[] direction : right) {
            Arrays.setAll(direction, i -> random.nextGaussian());
        }
        return new Patch(
                memory.spec().generator().baseFingerprint(),
                List.of(new WeightDelta.LowRank(weight, Nd4j.createFromArray(left), Nd4j.createFromArray(right))),
                Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "conv1.conv, conv1.conv",
        "convs.0.conv, convs.0.conv",
        "convs.1.conv, convs.1.conv",
        "convs.2.conv, convs.2.conv",
        "convs.5.conv, convs.5.conv",
        "convs.1.conv, convs.2.conv",
        "convs.0.conv, convs.3.conv",
        "conv1.conv, convs.5.conv"
    })
    void decoding_the_values_of_the_keys_gives_the_image(String first, String last) {
        AssociativeMemory memory = generator.memory(first, last);
        Inputs inputs = generator.sample(3, 2);
        INDArray image = generator.generate(inputs);
        assertThat(distance(memory.decode(memory.values(memory.keys(inputs))), image))
                .isLessThan(1e-4 * Stylegan2Golden.maxAbs(image));
    }

    @ParameterizedTest
    @CsvSource({
        "convs.1.conv, convs.2.conv, convs.1.conv.weight",
        "convs.1.conv, convs.2.conv, convs.2.conv.weight",
        "convs.0.conv, convs.3.conv, convs.1.conv.weight",
        "convs.2.conv, convs.2.conv, convs.2.conv.weight"
    })
    void a_change_inside_the_memory_is_the_same_as_in_the_generator(String first, String last, String weight) {
        AssociativeMemory memory = generator.memory(first, last);
        Patch patch = change(memory, weight);
        Inputs inputs = generator.sample(3, 2);
        Keys keys = memory.keys(inputs);
        AssociativeMemory changed = memory.with(patch);
        INDArray throughMemory = changed.decode(changed.values(keys));
        try (Generator patched = generator.with(patch)) {
            INDArray expected = patched.generate(inputs);
            assertThat(distance(expected, generator.generate(inputs))).isGreaterThan(0.05);
            assertThat(distance(throughMemory, expected)).isLessThan(1e-4 * Stylegan2Golden.maxAbs(expected));
        }
    }

    @Test
    void a_skip_image_inside_the_memory_is_computed_again_and_one_before_it_is_carried() {
        AssociativeMemory across = generator.memory("convs.1.conv", "convs.2.conv");
        Keys keys = across.keys(generator.sample(2, 2));
        Patch patch = change(across, "convs.1.conv.weight");
        Values before = across.values(keys);
        Values after = across.with(patch).values(keys);
        List<String> moved = before.side().keySet().stream()
                .filter(name -> distance(before.side().get(name), after.side().get(name)) > 1e-6)
                .toList();
        assertThat(moved).hasSize(1);
        // Nothing else may leak past the value: the images agree once the value and this one tensor are those of
        // before.
        assertThat(distance(across.with(patch).decode(before), across.decode(before)))
                .isZero();

        AssociativeMemory single = generator.memory("convs.2.conv");
        Keys singleKeys = single.keys(generator.sample(2, 2));
        Values unmoved = single.values(singleKeys);
        Values edited = single.with(change(single, "convs.2.conv.weight")).values(singleKeys);
        assertThat(distance(unmoved.tensor(), edited.tensor())).isGreaterThan(1e-3);
        unmoved.side().forEach((name, tensor) -> assertThat(edited.side()).containsEntry(name, tensor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"convs.0.conv", "convs.1.conv", "convs.2.conv", "convs.4.conv"})
    void the_form_of_a_layer_computes_what_the_layer_computes(String layer) {
        AssociativeMemory memory = generator.memory(layer);
        boolean up = memory.form().orElseThrow().stage() instanceof LinearStage.UpsampledConvolution;
        assertThat(up).isEqualTo(!layer.equals("convs.1.conv"));

        // Losses of the report are measured with the memory, losses of the solver with the form, in float64.
        List<Double> solver = new ArrayList<>();
        RewriteListener listener = progress -> {
            if (progress.stage().text().equals("inserting the rule") && Double.isFinite(progress.loss())) {
                solver.add(progress.loss());
            }
            return true;
        };
        LowRankRewrite rewriting =
                LowRankRewrite.rank(1).statistics(64, 1).gamma(0).evaluatedOn(0, 2);
        double before = rewriting
                .byLevenbergMarquardt(2)
                .rewrite(memory, edit(), listener)
                .report()
                .lossBefore();
        double afterOne = rewriting
                .byLevenbergMarquardt(1)
                .rewrite(memory, edit())
                .report()
                .lossAfter();
        assertThat(solver.get(0)).isCloseTo(before, within(1e-4 * before));
        assertThat(solver.get(1)).isCloseTo(afterOne, within(1e-4 * afterOne)).isLessThan(solver.get(0));
    }

    private static Edit edit() {
        Region object = Region.ellipse(16, 12, 6, 6);
        return Edit.copy(Sample.of(3), object).pasteInto(Sample.of(5), object).inContextOf(Sample.list(5, 9), object);
    }

    @ParameterizedTest
    @ValueSource(strings = {"convs.1.conv", "convs.2.conv"})
    void a_low_rank_rewrite_draws_the_pasted_object_and_leaves_the_base_alone(String layer) {
        AssociativeMemory memory = generator.memory(layer);
        Inputs inputs = generator.sampler().at(List.of(Sample.of(5)));
        INDArray before = generator.generate(inputs);
        Rewrite rewrite =
                LowRankRewrite.rank(2).statistics(128, 1).evaluatedOn(4, 2).rewrite(memory, edit());
        assertThat(rewrite.report().lossAfter())
                .isLessThan(0.9 * rewrite.report().lossBefore());
        try (Generator patched = generator.with(rewrite.patch())) {
            INDArray after = patched.generate(inputs);
            assertThat(meanDistance(after, before)).isGreaterThan(1e-3);
            try (Generator undone = patched.with(rewrite.patch(), -1)) {
                assertThat(undone.generate(inputs)).isEqualTo(before);
            }
        }
        assertThat(generator.generate(inputs)).isEqualTo(before);
    }

    @Test
    void anObjectFromAPictureIsTrainedThroughTheGraphWhereSkipImagesLeaveTheMemory() {
        Exemplar disc = Exemplar.of(Nd4j.ones(3, 32, 32).muli(-0.8), Region.ellipse(16, 16, 7, 6));
        AssociativeMemory memory = OutOfDomainRewrite.memoryOf(generator);
        assertThat(memory.spec().layers()).hasSize(3);
        Rewrite rewrite = OutOfDomainRewrite.inImages()
                .steps(20)
                .batch(4, 0)
                .evaluatedOn(List.of(), 0, 2)
                .rewrite(memory, ExemplarEdit.of(disc).shownOn(Sample.range(1, 0, 4)));
        assertThat(rewrite.report().lossAfter())
                .isLessThan(0.9 * rewrite.report().lossBefore());
        try (Generator rewritten = generator.with(rewrite.patch())) {
            Inputs inputs = generator.sample(2, 5);
            assertThat(meanDistance(rewritten.generate(inputs), generator.generate(inputs)))
                    .isPositive();
        }
    }
}
