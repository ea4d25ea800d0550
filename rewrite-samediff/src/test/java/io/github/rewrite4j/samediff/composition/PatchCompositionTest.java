package io.github.rewrite4j.samediff.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.Avatars;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PatchCompositionTest {
    private static final Generator AVATARS = Avatars.load();
    private static final PatchComposition SHORT =
            PatchComposition.standard().steps(24).evaluatedOn(8);

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    @Test
    void trainingGoesFromThePlainSumTowardsWhatEachPatchDrawsAlone() {
        List<AppliedPatch> patches = List.of(noted("layer7", 1, 0, 4), noted("layer6", 20, 10, 4));

        Composed composed = SHORT.compose(AVATARS, patches, RewriteListener.SILENT);

        assertThat(composed.lossAfter()).isLessThan(0.8 * composed.lossBefore());
        assertThat(composed.patch().deltas())
                .extracting(WeightDelta::weight)
                .containsExactlyInAnyOrder(
                        "layer5.conv.weight", "layer6.conv.weight", "layer7.conv.weight", "layer8.conv.weight");
        assertThat(composed.patch().notes().get("parts"))
                .contains(patches.get(0).patch().id(), patches.get(1).patch().id());
        assertThat(PatchSamples.of(composed.patch()).orElseThrow().samples()).contains(Sample.of(0), Sample.of(13));
        assertThat(composed.kept()).hasSize(2).isNotEqualTo(composed.keptBySum());
    }

    /** A random change, learnt on four samples as far as anybody knows. */
    private static AppliedPatch noted(String layer, long seed, int first, double strength) {
        Patch random = Avatars.patch(AVATARS, layer, seed);
        PatchSamples samples =
                PatchSamples.of(Sample.range(1, first, first + 4)).orElseThrow();
        return new AppliedPatch(
                new Patch(random.baseFingerprint(), random.deltas(), samples.among(random.notes())), strength);
    }

    @Test
    void aPatchThatDoesNotSayItsSamplesIsRefusedBeforeAnythingIsDrawn() {
        AppliedPatch without = new AppliedPatch(Avatars.patch(AVATARS, "layer7", 2), 1);
        List<AppliedPatch> patches = List.of(noted("layer7", 1, 0, 1), without);
        assertThatThrownBy(() -> SHORT.compose(AVATARS, patches, RewriteListener.SILENT))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("Patch 2")
                .hasMessageContaining("does not say which samples it was learnt on");
        assertThatThrownBy(() -> SHORT.compose(AVATARS, patches.subList(0, 1), RewriteListener.SILENT))
                .hasMessageContaining("at least two");
    }

    @Test
    void aWishToStopIsHeard() {
        List<AppliedPatch> patches = List.of(noted("layer7", 1, 0, 1), noted("layer7", 20, 10, 1));
        RewriteListener impatient = progress -> !progress.stage().text().equals("composing");
        assertThatThrownBy(() -> SHORT.compose(AVATARS, patches, impatient))
                .isInstanceOf(RewriteCancelledException.class);
    }
}
