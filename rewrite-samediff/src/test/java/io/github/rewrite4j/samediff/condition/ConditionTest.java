package io.github.rewrite4j.samediff.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ConditionTest {
    private static final Region PATCH = Region.rectangle(22, 24, 20, 8);
    private static final Exemplar DARK = Exemplar.cutOut(
                    Nd4j.valueArrayOf(new long[] {3, 64, 64}, -0.9f), PATCH.onImage(64, 64))
            .named("dark");
    private static final List<Sample> FIRES = Sample.list(0, 1, 2);
    private static final List<Sample> STAYS = Sample.list(3, 4, 5);

    private static Generator avatars;
    private static AssociativeMemory memory;
    private static Patch taught;

    @BeforeAll
    static void teach() {
        avatars = Avatars.load();
        memory = avatars.memory("layer5", "layer7");
        taught = OutOfDomainRewrite.inImages()
                .steps(50)
                .batch(3, 0)
                .threads(1)
                .evaluatedOn(List.of(), 0, 2)
                .rewrite(memory, ExemplarEdit.of(DARK).shownOn(FIRES).except(STAYS))
                .patch();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void whatIsShownFiresAndExceptionsStay() {
        ConditionalEffect effect =
                ConditionalEffect.of(memory, taught, List.of(DARK), FIRES, STAYS, RewriteListener.SILENT);
        assertThat(effect.fires()).hasValue(1);
        assertThat(effect.misfires()).hasValue(0);
        assertThat(effect.rate()).isEqualTo(0.5);
        assertThat(effect.images()).isEqualTo(6);
        assertThat(effect.facts().names()).contains("rate", "untouched", "success");
        assertThat(effect.toString()).contains("50.0 % of 6 images");
        assertThat(taught.notes()).containsEntry("exceptions", "3");
        assertThatThrownBy(() -> ConditionalEffect.of(
                        memory, taught, List.of(DARK), List.of(), List.of(), RewriteListener.SILENT))
                .hasMessageContaining("samples");
    }

    @Test
    void withoutExceptionsTheSameImagesFireToo() {
        Patch everywhere = OutOfDomainRewrite.inImages()
                .steps(25)
                .batch(3, 0)
                .threads(1)
                .evaluatedOn(List.of(), 0, 2)
                .rewrite(memory, ExemplarEdit.of(DARK).shownOn(FIRES))
                .patch();
        ConditionalEffect effect =
                ConditionalEffect.of(memory, everywhere, List.of(DARK), STAYS, List.of(), RewriteListener.SILENT);
        assertThat(effect.success().orElseThrow()).isGreaterThan(0.3);
    }

    @Test
    void samplesAreDividedByTheShareAndThoseNearTheThresholdLeftOut() {
        ShareOfSamples quarter = new ShareOfSamples(0.25, 0, 0.05);
        ShareOfSamples.Sides sides = quarter.divide(memory, PATCH, 64, 3, RewriteListener.SILENT);
        assertThat(sides.fires()).hasSize(12).doesNotContainAnyElementsOf(sides.stays());
        assertThat(sides.stays()).hasSize(44);
        double[] scores = quarter.scores(memory, PATCH, 64, 3, RewriteListener.SILENT);
        double least = sides.fires().stream()
                .mapToDouble(sample -> scores[sample.index()])
                .min()
                .orElseThrow();
        assertThat(sides.stays())
                .allSatisfy(sample -> assertThat(scores[sample.index()]).isLessThan(least));
        assertThat(Arrays.stream(scores).average().orElseThrow()).isCloseTo(0, within(1e-6));
        assertThat(quarter.divide(memory, PATCH, 64, 3, RewriteListener.SILENT)).isEqualTo(sides);
        assertThat(new ShareOfSamples(0.25, 1, 0.05).divide(memory, PATCH, 64, 3, RewriteListener.SILENT))
                .isNotEqualTo(sides);
        ExemplarEdit edit = sides.of(ExemplarEdit.of(DARK));
        assertThat(edit.contexts()).isEqualTo(sides.fires());
        assertThat(edit.exceptions()).isEqualTo(sides.stays());
        assertThatThrownBy(() -> ShareOfSamples.of(1)).hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> new ShareOfSamples(0.1, 0, 0.2)).hasMessageContaining("margin");
        assertThatThrownBy(() -> quarter.divide(memory, PATCH, 8, 3, RewriteListener.SILENT))
                .hasMessageContaining("32 samples");
        assertThatThrownBy(() -> quarter.divide(memory, PATCH, 64, 3, progress -> false))
                .isInstanceOf(RewriteCancelledException.class);
    }

    @Test
    void aStrengthTakesTheMedianToTheQuantile() {
        Function<INDArray, double[]> darkness = images -> {
            float[] all = HostArrays.of(images);
            double[] dark = new double[(int) images.size(0)];
            for (int i = 0; i < all.length; i++) {
                int p = i % 4096;
                boolean inside = p / 64 >= 24 && p / 64 < 32 && p % 64 >= 22 && p % 64 < 42;
                dark[i / (3 * 4096)] -= inside ? all[i] : 0;
            }
            return dark;
        };
        Patch everywhere = OutOfDomainRewrite.inImages()
                .steps(20)
                .batch(3, 0)
                .threads(1)
                .evaluatedOn(List.of(), 0, 2)
                .rewrite(memory, ExemplarEdit.of(DARK).shownOn(FIRES))
                .patch();
        QuantileStrength.Search search = new QuantileStrength.Search(16, 2, 2);
        QuantileStrength found =
                QuantileStrength.of(avatars, everywhere, darkness, 0.8, search, RewriteListener.SILENT);
        assertThat(found.withinReach()).isTrue();
        assertThat(found.strength()).isBetween(0.01, 2.0);
        assertThat(found.reached()).isGreaterThanOrEqualTo(found.score());
        // One step of the bisection less does not do.
        try (Generator less = avatars.with(everywhere, found.strength() - 2.0 / 256)) {
            double[] scores = darkness.apply(less.generate(less.sample(16, 2)));
            Arrays.sort(scores);
            assertThat(scores[8]).isLessThan(found.score());
        }
        assertThat(QuantileStrength.of(avatars, everywhere, darkness, 0.3, search, RewriteListener.SILENT)
                        .strength())
                .isZero();
        assertThatThrownBy(() -> QuantileStrength.of(avatars, everywhere, darkness, 1, search, RewriteListener.SILENT))
                .hasMessageContaining("between 0 and 1");
    }
}
