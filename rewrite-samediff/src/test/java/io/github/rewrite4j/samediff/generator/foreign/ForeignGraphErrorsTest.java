package io.github.rewrite4j.samediff.generator.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.UnknownLayerException;
import io.github.rewrite4j.samediff.generator.GaussianSampler;
import io.github.rewrite4j.samediff.generator.PixelRange;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

class ForeignGraphErrorsTest {
    private static final Conv2DConfig SAME = ToyGraph.config(3, 1, PaddingMode.SAME);

    @Test
    void namesOfVariablesThatDoNotExistListNearOnes() {
        SameDiffGenerator builder = SameDiffGenerator.of(ToyGraph.generator());

        assertThatThrownBy(() -> builder.output("imagee"))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("imagee")
                .hasMessageContaining("'image'");
        assertThatThrownBy(() -> builder.input("zz", 6)).hasMessageContaining("'z'");
        assertThatThrownBy(() -> builder.input("rgb.weight", 6))
                .hasMessageContaining("'rgb.weight' is of the kind VARIABLE");
    }

    @Test
    void outputAndSamplersMustBeNamed() {
        assertThatThrownBy(() ->
                        SameDiffGenerator.of(ToyGraph.generator()).input("z", 6).build())
                .hasMessageContaining("output(...)");
        assertThatThrownBy(() -> SameDiffGenerator.of(ToyGraph.generator())
                        .output("image")
                        .build())
                .hasMessageContaining("[z]")
                .hasMessageContaining("input(name, shape)");
    }

    @Test
    void inputsAreFloats() {
        SameDiff sd = SameDiff.create();
        SDVariable label = sd.placeHolder("label", DataType.INT32, -1, 3, 4, 4);
        sd.identity("image", label.castTo(DataType.FLOAT).mul(2));

        assertThatThrownBy(() -> SameDiffGenerator.of(sd)
                        .input("label", 3, 4, 4)
                        .output("image")
                        .build())
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'label' is of the type INT");
    }

    @Test
    void controlFlowIsRefused() {
        SameDiff sd = SameDiff.create();
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3, 4, 4);
        SDVariable[] branches = sd.switchOp(x, sd.constant("condition", true));
        sd.identity("image", sd.merge(branches[0], branches[1]));

        assertThatThrownBy(() -> SameDiffGenerator.of(sd)
                        .input("x", 3, 4, 4)
                        .output("image")
                        .build())
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("control flow")
                .hasMessageContainingAll("merge", "computes '");
    }

    @Test
    void samplersMustDrawWhatTheGraphTakes() {
        assertThatThrownBy(() -> SameDiffGenerator.of(ToyGraph.generator())
                        .input("z", 7)
                        .output("image")
                        .build())
                .hasMessageContaining("'z' draws [2, 7]")
                .hasMessageContaining("[-1, 6]");
    }

    @Test
    void fixedBatchesAreRefused() {
        SameDiff sd = SameDiff.create();
        sd.placeHolder("x", DataType.FLOAT, 1, 3, 4, 4).mul("image", 2);

        assertThatThrownBy(() -> SameDiffGenerator.of(sd)
                        .input("x", 3, 4, 4)
                        .output("image")
                        .build())
                .hasMessageContaining("'x' has the fixed batch 1");
    }

    @Test
    void outputsThatAreNoPicturesAreRefused() {
        SameDiff sd = ToyGraph.generator();
        String dense = sd.getVariable("gained.out").name();

        assertThat(SameDiffGenerator.of(sd)
                        .input("z", 6)
                        .output(dense)
                        .build()
                        .spec()
                        .imageChannels())
                .isEqualTo(8);
        sd.mean("mean", sd.getVariable("image"), 2, 3);
        assertThatThrownBy(() ->
                        SameDiffGenerator.of(sd).input("z", 6).output("mean").build())
                .hasMessageContaining("'mean' has the shape [2, 3]");
    }

    @Test
    void sharedWeightsDrawButAreNotRewritten() {
        SameDiff sd = SameDiff.create();
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3, 4, 4);
        SDVariable shared = sd.var("shared.weight", ToyGraph.random(1, 3, 3, 3, 3));
        SDVariable once = sd.nn.relu(sd.cnn.conv2d(x, shared, SAME), 0);
        SDVariable own = sd.cnn.conv2d(once, sd.var("own.weight", ToyGraph.random(2, 3, 3, 3, 3)), SAME);
        sd.identity("image", sd.cnn.conv2d(own, shared, SAME));

        try (Generator generator =
                SameDiffGenerator.of(sd).input("x", 3, 4, 4).output("image").build()) {
            assertThat(generator.layers()).extracting(Layer::name).containsExactly("own");
            assertThatThrownBy(() -> generator.memory("shared"))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("'shared.weight' is used more than once");
            assertThatThrownBy(() -> generator.memory("owm"))
                    .isInstanceOf(UnknownLayerException.class)
                    .hasMessageContaining("own");
        }
    }

    @Test
    void weightsThatAreNotFloatAreNotRewritten() {
        SameDiff sd = SameDiff.create();
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3, 4, 4).castTo(DataType.DOUBLE);
        SDVariable weight = sd.var("fine.weight", ToyGraph.random(1, 3, 3, 3, 3).castTo(DataType.DOUBLE));
        sd.identity("image", sd.cnn.conv2d(x, weight, SAME).castTo(DataType.FLOAT));

        try (Generator generator =
                SameDiffGenerator.of(sd).input("x", 3, 4, 4).output("image").build()) {
            assertThatThrownBy(() -> generator.memory("fine"))
                    .hasMessageContaining("'fine.weight' is of the type DOUBLE");
        }
    }

    @Test
    void channelsLastConvolutionsDrawButAreNotRewritten() {
        SameDiff sd = SameDiff.create();
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 4, 5, 3);
        Conv2DConfig config = Conv2DConfig.builder()
                .kH(3)
                .kW(3)
                .paddingMode(PaddingMode.SAME)
                .dataFormat("NHWC")
                .build();
        sd.identity("image", sd.cnn.conv2d(x, sd.var("c.weight", ToyGraph.random(1, 3, 3, 3, 3)), config));

        try (Generator generator = SameDiffGenerator.of(sd)
                .image("x", GaussianSampler.of("x", 3, 4, 5))
                .output("image")
                .channelsLast()
                .pixels(PixelRange.BYTES)
                .build()) {
            assertThat(generator.generate(generator.sample(2, 1)).shape()).containsExactly(2, 3, 4, 5);
            assertThatThrownBy(() -> generator.memory("c")).hasMessageContaining("NHWC");
        }
    }

    @Test
    void randomOperationsAreNoticed() {
        SameDiff sd = SameDiff.create();
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3, 4, 4);
        SDVariable noise = sd.random.normal(0, 1, DataType.FLOAT, 1, 3, 4, 4);
        sd.identity("image", x.add(noise));

        assertThatThrownBy(() -> SameDiffGenerator.of(sd)
                        .input("x", 3, 4, 4)
                        .output("image")
                        .build())
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("random");
    }
}
