package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.memory.StrangersMemory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Rewriting generators of wide and of grey pictures, and memories that are not of this library. */
class ForeignRewriteTest {
    private static final Generator GREY = wide(1);
    private static final Generator COLOURED = wide(3);

    @AfterAll
    static void close() {
        GREY.close();
        COLOURED.close();
    }

    /** z [N, 6] to pictures [N, C, 16, 24]. */
    private static Generator wide(int channels) {
        SameDiff sd = SameDiff.create();
        SDVariable z = sd.placeHolder("z", DataType.FLOAT, -1, 6);
        SDVariable map =
                sd.reshape(sd.nn.relu(sd.mmul(z, sd.var("dense.weight", random(1, 6, 5 * 8 * 12))), 0), -1, 5, 8, 12);
        SDVariable big = sd.cnn.upsampling2d(map, 2, 2, true);
        SDVariable value =
                sd.nn.leakyRelu(sd.cnn.conv2d(big, sd.var("inner.weight", random(2, 3, 3, 5, 8)), config(3)), 0.2);
        SDVariable out = sd.cnn.conv2d(value, sd.var("out.weight", random(3, 1, 1, 8, channels)), config(1));
        sd.nn.tanh("image", out);
        return SameDiffGenerator.of(sd)
                .input("z", 6)
                .output("image")
                .pixels(PixelRange.SYMMETRIC)
                .build();
    }

    private static Conv2DConfig config(int kernel) {
        return Conv2DConfig.builder()
                .kH(kernel)
                .kW(kernel)
                .paddingMode(PaddingMode.SAME)
                .dataFormat("NCHW")
                .build();
    }

    private static INDArray random(long seed, long... shape) {
        Nd4j.getRandom().setSeed(seed);
        return Nd4j.randn(DataType.FLOAT, shape).muli(0.3);
    }

    /** A bright block at the right end of a wide picture. */
    private static ExemplarEdit block() {
        float[][] mask = new float[16][24];
        for (int y = 4; y < 12; y++) {
            for (int x = 16; x < 22; x++) {
                mask[y][x] = 1;
            }
        }
        INDArray picture = Nd4j.ones(3, 16, 24).muli(0.9);
        return ExemplarEdit.of(Exemplar.cutOut(picture, Mask.of(mask)).named("block"))
                .shownOn(Sample.range(1, 0, 4));
    }

    private static Rewrite shown(AssociativeMemory memory) {
        return OutOfDomainRewrite.inImages().steps(8).rate(0.05).rewrite(memory, block(), RewriteListener.SILENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anExemplarIsLearntInWidePicturesGreyOrColoured(int channels) {
        Generator generator = channels == 1 ? GREY : COLOURED;
        AssociativeMemory memory = generator.memory("inner");
        Rewrite rewrite = shown(memory);
        try (Generator after = generator.with(rewrite.patch())) {
            INDArray before = generator.generate(generator.sample(6, 1));
            INDArray drawn = after.generate(generator.sample(6, 1));
            assertThat(drawn.shape()).containsExactly(6, channels, 16, 24);
            assertThat(meanIn(drawn, 4, 12, 16, 22)).isGreaterThan(meanIn(before, 4, 12, 16, 22));
            assertThat(rewrite.report().lossAfter()).isLessThan(rewrite.report().lossBefore());
        }
    }

    private static double meanIn(INDArray images, int top, int bottom, int left, int right) {
        double sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += images.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(y), NDArrayIndex.point(x))
                        .meanNumber()
                        .doubleValue();
            }
        }
        return sum / ((bottom - top) * (right - left));
    }

    /** Training through the capability alone gives the change that training on the library's own form gives. */
    @Test
    void aMemoryOfSomebodyElsesIsTrainedThroughItsCapability() {
        AssociativeMemory own = COLOURED.memory("inner");
        Patch expected = shown(own).patch();
        Patch actual = shown(new StrangersMemory(own)).patch();
        try (Generator one = COLOURED.with(expected);
                Generator other = COLOURED.with(actual)) {
            INDArray difference = one.generate(COLOURED.sample(4, 2)).sub(other.generate(COLOURED.sample(4, 2)));
            assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-3);
        }
        assertThat(actual.baseFingerprint()).isEqualTo(expected.baseFingerprint());
    }

    /** Copy and paste by a closed form works on the solvable form that a memory offers. */
    @Test
    void aRuleOfAWideGreyPictureIsInsertedInClosedForm() {
        AssociativeMemory memory = new StrangersMemory(GREY.memory("inner"));
        Edit edit = Edit.copy(Sample.of(3), Region.rectangle(2, 3, 8, 6))
                .pasteInto(Sample.of(5), Region.rectangle(14, 5, 8, 6));
        Rewrite rewrite = LowRankRewrite.rank(2)
                .statistics(64, 1)
                .evaluatedOn(0, 1)
                .rewrite(memory, edit, RewriteListener.SILENT);
        assertThat(rewrite.report().lossAfter())
                .isLessThan(0.9 * rewrite.report().lossBefore());
    }
}
