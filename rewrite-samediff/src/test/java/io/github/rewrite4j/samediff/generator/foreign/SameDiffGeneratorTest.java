package io.github.rewrite4j.samediff.generator.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SameDiffGeneratorTest {
    private static final SameDiff GRAPH = ToyGraph.generator();
    private static final Generator GENERATOR = SameDiffGenerator.of(GRAPH)
            .input("z", 6)
            .output("image")
            .pixels(PixelRange.UNIT)
            .name("toy")
            .build();

    @Test
    void drawsWhatTheGraphDrawsInTheRangeOfTheLibrary() {
        Inputs inputs = GENERATOR.sample(20, 5);
        INDArray direct = GRAPH.output(Map.of("z", inputs.get("z")), "image").get("image");

        INDArray images = GENERATOR.generate(inputs);

        assertThat(images.shape()).containsExactly(20, 3, 8, 8);
        assertThat(difference(images, direct.mul(2).sub(1))).isLessThan(1e-5);
    }

    @Test
    void leavesTheUsersGraphAsItWas() {
        SameDiff graph = ToyGraph.generator();
        int variables = graph.variables().size();
        List<String> before = List.copyOf(graph.getVariables().keySet());

        SameDiffGenerator.of(graph).input("z", 6).output("image").build().memory("gained");

        assertThat(graph.variables()).hasSize(variables);
        assertThat(graph.getVariables().keySet()).containsExactlyElementsOf(before);
        assertThat(graph.getVariable("rgb.weight").isPlaceHolder()).isFalse();
    }

    @Test
    void findsEachKindOfLayer() {
        assertThat(GENERATOR.layers())
                .extracting(Layer::name)
                .containsExactly("dense", "up", "gained", "strided", "rgb");
        assertThat(GENERATOR.layers())
                .extracting(Layer::weightShape)
                .containsExactly(
                        new WeightShape(80, 6, 1, 1),
                        new WeightShape(8, 5, 2, 2),
                        new WeightShape(8, 8, 3, 3),
                        new WeightShape(6, 8, 4, 4),
                        new WeightShape(3, 14, 1, 1));
        assertThat(GENERATOR.layers())
                .extracting(Layer::valueShape)
                .containsExactly(
                        new FeatureShape(80, 1, 1),
                        new FeatureShape(8, 8, 8),
                        new FeatureShape(8, 8, 8),
                        new FeatureShape(6, 4, 4),
                        new FeatureShape(3, 8, 8));
        assertThat(GENERATOR.layers().get(2).parameters()).isEqualTo(8 * 8 * 9 + 8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "up", "gained", "strided", "rgb"})
    void cutsAtEachLayer(String layer) {
        AssociativeMemory memory = GENERATOR.memory(layer);
        Inputs inputs = GENERATOR.sample(3, 9);

        INDArray images = memory.decode(memory.values(memory.keys(inputs)));

        assertThat(difference(images, GENERATOR.generate(inputs))).isLessThan(1e-5);
    }

    @Test
    void cutsAcrossSeveralLayers() {
        AssociativeMemory memory = GENERATOR.memory("dense", "strided");
        Inputs inputs = GENERATOR.sample(3, 9);

        assertThat(memory.weights()).containsOnlyKeys("dense.weight", "up.kernel", "gained.weight", "strided.weight");
        assertThat(difference(memory.decode(memory.values(memory.keys(inputs))), GENERATOR.generate(inputs)))
                .isLessThan(1e-5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "gained", "strided"})
    void formsComputeWhatTheGraphComputes(String layer) {
        AssociativeMemory memory = GENERATOR.memory(layer);
        LayerForm form = memory.form().orElseThrow();
        INDArray keys = memory.keys(GENERATOR.sample(1, 2)).tensor();

        INDArray expected = memory.values(memory.keys(GENERATOR.sample(1, 2))).tensor();

        assertThat(difference(byHand(form, Named.in(memory.weights(), form.weight()), keys), expected))
                .isLessThan(1e-4);
    }

    @Test
    void readsSettingsOfForms() {
        LayerForm gained = GENERATOR.memory("gained").form().orElseThrow();
        assertThat(gained.activation().slope()).isCloseTo(0.2, within(1e-6));
        assertThat(gained.stage()).isEqualTo(LinearStage.Convolution.same(3));
        LayerForm strided = GENERATOR.memory("strided").form().orElseThrow();
        assertThat(strided.activation()).isEqualTo(new Activation(0, 1));
        assertThat(strided.stage()).isEqualTo(new LinearStage.Convolution(4, 4, 2, 1, 1, 1, 1));
        assertThat(GENERATOR.memory("up").form().orElseThrow().stage())
                .isEqualTo(new LinearStage.TransposedConvolution(2, 2, 2, 0, 0, 0, 0));
        // What follows is no rectifier: the value lies before it.
        assertThat(GENERATOR.memory("rgb").form().orElseThrow().activation()).isEqualTo(Activation.IDENTITY);
    }

    @Test
    void theEditableWeightIsWhatTheOperationReads() {
        INDArray stored = GRAPH.getVariable("gained.weight").getArr();

        INDArray weight = Named.in(GENERATOR.memory("gained").weights(), "gained.weight");

        assertThat(difference(weight, stored.mul(0.5))).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "up", "gained", "strided", "rgb"})
    void patchesChangeThePicturesAsTheyChangeTheMemory(String layer) {
        AssociativeMemory memory = GENERATOR.memory(layer);
        String weight = memory.spec().first().weight();
        INDArray change = Named.in(memory.weights(), weight).mul(0.3);
        Patch patch =
                new Patch(GENERATOR.spec().baseFingerprint(), List.of(new WeightDelta.Dense(weight, change)), Map.of());
        Inputs inputs = GENERATOR.sample(2, 1);

        AssociativeMemory changed = memory.with(patch);
        INDArray throughMemory = changed.decode(changed.values(changed.keys(inputs)));
        try (Generator patched = GENERATOR.with(patch)) {
            assertThat(difference(patched.generate(inputs), throughMemory)).isLessThan(1e-5);
            assertThat(difference(patched.generate(inputs), GENERATOR.generate(inputs)))
                    .isGreaterThan(1e-3);
        }
    }

    @Test
    void fingerprintsTellWeightsAndSettingsApart() {
        SameDiff other = ToyGraph.generator();
        String same = build(other).spec().fingerprint();
        other.getVariable("rgb.weight").getArr().addi(1e-3);

        assertThat(same).isEqualTo(build(ToyGraph.generator()).spec().fingerprint());
        assertThat(build(other).spec().fingerprint()).isNotEqualTo(same);
    }

    private static Generator build(SameDiff graph) {
        return SameDiffGenerator.of(graph).input("z", 6).output("image").build();
    }

    /** The formula of {@link LayerForm}, in loops. */
    private static INDArray byHand(LayerForm form, INDArray weight, INDArray keys) {
        LinearStage.Convolution stage = (LinearStage.Convolution) form.stage();
        int[] grid = stage.outputGrid((int) keys.size(2), (int) keys.size(3));
        INDArray values = Nd4j.create(DataType.FLOAT, 1, weight.size(0), grid[0], grid[1]);
        for (int o = 0; o < weight.size(0); o++) {
            for (int y = 0; y < grid[0]; y++) {
                for (int x = 0; x < grid[1]; x++) {
                    double sum = form.bias().getDouble(o);
                    for (int t = 0; t < stage.kernelHeight() * stage.kernelWidth(); t++) {
                        int ty = t / stage.kernelWidth();
                        int tx = t % stage.kernelWidth();
                        int row = y * stage.stride() + ty - stage.padTop();
                        int column = x * stage.stride() + tx - stage.padLeft();
                        boolean inside = row >= 0 && row < keys.size(2) && column >= 0 && column < keys.size(3);
                        for (int i = 0; inside && i < weight.size(1); i++) {
                            sum += weight.getDouble(o, i, ty, tx) * keys.getDouble(0, i, row, column);
                        }
                    }
                    values.putScalar(new int[] {0, o, y, x}, form.activation().apply(sum));
                }
            }
        }
        return values;
    }

    static double difference(INDArray one, INDArray other) {
        assertThat(one.shape()).containsExactly(other.shape());
        return one.sub(other).amaxNumber().doubleValue();
    }
}
