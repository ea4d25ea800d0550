package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.metric.MaskSide;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Things that the generator never drew, from three pictures, on heads that no edit saw; the goals are ten other pictures.
 * Trainings are a third as long as the default.
 */
class ObjectsFromPicturesOnUnseenHeadsTest {
    private static final List<Sample> HEADS = Sample.range(2, 0, 64);

    private static Generator avatars;
    private static Accessories accessories;
    private static PerceptualDistance judge;

    @BeforeAll
    static void load() throws IOException {
        ComputeThreads.use(1);
        avatars = BundledGenerator.load();
        accessories = Accessories.bundled();
        judge = PerceptualDistance.unweighted(BundledNetworks.evaluation());
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static OutOfDomainRewrite strategy() {
        return OutOfDomainRewrite.inImages().steps(80).batch(4, 0).evaluatedOn(List.of(), 0, 2);
    }

    private static ExemplarPreview learnt(
            String thing, AssociativeMemory memory, OutOfDomainRewrite strategy, int contexts) {
        List<Exemplar> pictures = accessories.named(thing);
        ExemplarEdit edit = ExemplarEdit.of(pictures.subList(0, 3)).shownOn(Sample.range(1, 0, contexts));
        return ExemplarPreview.of(memory, strategy.rewrite(memory, edit).patch(), pictures.subList(3, 13), HEADS);
    }

    private static ExemplarPreview rewritten(String thing) {
        return learnt(thing, OutOfDomainRewrite.memoryOf(avatars), strategy(), 48);
    }

    private static double worn(ExemplarPreview preview) {
        return Worn.share(preview.before(), preview.after(), preview.goal(), preview.masks());
    }

    private static EditMetrics metrics(ExemplarPreview preview) {
        return EditMetrics.measure(preview.before(), preview.after(), preview.goal(), preview.masks());
    }

    /** By the eye of attribute network B. */
    private static double changeElsewhere(ExemplarPreview preview) {
        return judge.mean(preview.before(), preview.after(), preview.masks(), MaskSide.OUTSIDE);
    }

    @Test
    void everybodyGetsGlasses() {
        ExemplarPreview glasses = rewritten("glasses");
        assertThat(worn(glasses)).isGreaterThan(0.8);
        // Without the weight of the object itself it is .56.
        assertThat(metrics(glasses).success()).isGreaterThan(0.7);
    }

    @Test
    void everybodyGetsACapAndLittleElseChangesLessThanByFineTuningAllWeights() {
        ExemplarPreview cap = rewritten("cap");
        assertThat(worn(cap)).isGreaterThan(0.8);

        // The baseline of the paper: all weights fitted to the edited pictures and nothing that holds the rest.
        AssociativeMemory all = avatars.memory(
                avatars.layers().get(0).name(),
                avatars.layers().get(avatars.layers().size() - 1).name());
        OutOfDomainLoss picturesAlone = OutOfDomainLoss.inImages()
                .withImage(1, 0)
                .withEarlier(0)
                .withFeatures(OutOfDomainLoss.Form.SPLIT, 0, 0);
        ExemplarPreview tuned = learnt("cap", all, strategy().loss(picturesAlone), 3);
        assertThat(metrics(cap).outsideL1()).isLessThan(0.5 * metrics(tuned).outsideL1());
        assertThat(changeElsewhere(cap)).isLessThan(0.5 * changeElsewhere(tuned));
        assertThat(metrics(cap).success()).isGreaterThan(metrics(tuned).success() - 0.05);
    }
}
