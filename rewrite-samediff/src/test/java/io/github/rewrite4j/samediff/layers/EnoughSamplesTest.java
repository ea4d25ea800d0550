package io.github.rewrite4j.samediff.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.closedform.ContextDirections;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Svd;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class EnoughSamplesTest {
    private static final Region LIP = Region.ellipse(32, 37, 9, 2.5);
    private static final Edit EDIT = Edit.copy(Sample.of(204), LIP).pasteInto(Sample.range(1, 1000, 1008), LIP);
    private static final int RANK = 2;

    private static double sine(Matrix a, Matrix b) {
        double[] cosines = Svd.of(a.multiply(b.transpose())).values();
        return Math.sqrt(1 - Math.pow(Math.min(1, cosines[cosines.length - 1]), 2));
    }

    @Test
    void theBoundHoldsAgainstSamplesThatNobodyLookedAtAndFallsWithTheirNumber() {
        try (Generator avatars = Avatars.load()) {
            AssociativeMemory memory = avatars.memory("layer5");
            SelectedKeys context = EditCompiler.context(memory, EDIT);
            ContextDirections zca = ContextDirections.zca();
            Matrix others = zca.directions(memory.covariance(2048, 99, RewriteListener.SILENT), context, RANK);
            int held = 0;
            for (long seed = 2; seed <= 5; seed++) {
                EnoughSamples.Settled few =
                        EnoughSamples.within(0.99).ofSeed(seed).collect(memory, EDIT, RANK, RewriteListener.SILENT);
                double off = sine(zca.directions(few.moment().toCovariance(), context, RANK), others);
                held += off < few.error().bound() ? 1 : 0;
                assertThat(few.error().median()).isLessThan(few.error().bound());
                // Not by being far too wide.
                assertThat(few.error().bound()).isLessThan(4 * off);
            }
            assertThat(held).isGreaterThanOrEqualTo(3);

            EnoughSamples.Settled all =
                    EnoughSamples.within(1e-6).atMost(768).collect(memory, EDIT, RANK, RewriteListener.SILENT);
            assertThat(all.settled()).isFalse();
            assertThat(all.error().samples()).isEqualTo(768);
            EnoughSamples.Uncertainty first = all.course().get(0);
            assertThat(first.samples()).isEqualTo(256);
            assertThat(all.error().bound()).isLessThan(0.8 * first.bound());
        }
    }

    @Test
    void collectingEndsWhereTheToleranceIsMetAndIsThatOfTheMemory() {
        try (Generator avatars = Avatars.load()) {
            AssociativeMemory memory = avatars.memory("layer5");
            EnoughSamples.Settled lax =
                    EnoughSamples.within(0.9).atMost(1024).collect(memory, EDIT, RANK, RewriteListener.SILENT);
            assertThat(lax.settled()).isTrue();
            assertThat(lax.course()).hasSize(1);
            INDArray expected = memory.covariance(256, Sample.DEFAULT_SEED, RewriteListener.SILENT)
                    .matrix();
            INDArray collected = lax.moment().toCovariance().matrix();
            assertThat(collected.sub(expected).norm2Number().doubleValue())
                    .isLessThan(1e-5 * expected.norm2Number().doubleValue());
            EnoughSamples.Effect effect = EnoughSamples.effect(lax, memory, EDIT, RANK, 3, 4, RewriteListener.SILENT);
            double alone = EditPreview.of(
                            memory,
                            LowRankRewrite.rank(RANK)
                                    .statistics(256, Sample.DEFAULT_SEED)
                                    .evaluatedOn(0, 2)
                                    .rewrite(memory, EDIT)
                                    .patch(),
                            EDIT,
                            4,
                            2)
                    .metrics()
                    .success();
            assertThat(effect.success()).isCloseTo(alone, within(0.01));
            assertThat(effect.draws()).hasSize(3).allSatisfy(each -> assertThat(each)
                    .isCloseTo(effect.success(), within(0.2)));
            double widest = effect.draws().stream()
                            .mapToDouble(each -> each)
                            .max()
                            .orElseThrow()
                    - effect.draws().stream().mapToDouble(each -> each).min().orElseThrow();
            assertThat(effect.error()).isBetween(widest / 3, widest);
            assertThatThrownBy(() -> EnoughSamples.within(0.9).collect(memory, EDIT, RANK, progress -> {
                        throw new RewriteCancelledException("stopped");
                    }))
                    .isInstanceOf(RewriteCancelledException.class);
        }
        assertThatThrownBy(() -> EnoughSamples.within(1)).hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> EnoughSamples.within(0.1).atMost(100)).hasMessageContaining("256");
    }
}
