package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.MaskSide;
import io.github.rewrite4j.samediff.metric.MaskedL1;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Objects that were copied from one head appear on heads that no edit ever saw, and attribute network B sees them there. */
class CopiedObjectsOnUnseenHeadsTest {
    private static final int UNSEEN = 1000;
    private static final int JUDGED = 200;
    private static final long SEED = 2;
    private static final Region MOUTH = Region.ellipse(32, 44, 6, 5);
    private static final Set<String> BUNS = Set.of("bunUndercut", "curlyBun", "straightBun");

    private static Generator avatars;
    private static AttributeNetwork judge;
    private static Learnt smile;
    private static EditPreview smiling;

    /** An edit and what came of it. */
    private record Learnt(EditPlan plan, AssociativeMemory memory, Patch patch) {
        static Learnt from(EditPlan plan) {
            AssociativeMemory memory = avatars.memory(plan.layer());
            Patch patch = PlannedRewrite.lowRank((Method.LowRank) plan.method())
                    .statistics(300, 1)
                    .evaluatedOn(0, SEED)
                    .rewrite(memory, plan.edit())
                    .patch();
            return new Learnt(plan, memory, patch);
        }

        EditPreview onUnseen(int count) {
            return EditPreview.of(memory, patch, plan.edit(), count, SEED);
        }

        /** Success on the samples that were pasted into. */
        double successOnItsContexts(INDArray mask) {
            Rule rule = EditCompiler.rule(memory, plan.edit());
            Values values = memory.values(rule.keys());
            AssociativeMemory rewritten = memory.with(patch);
            return success(
                    memory.decode(values),
                    rewritten.decode(rewritten.values(rule.keys())),
                    memory.decode(values.withTensor(rule.goal())),
                    mask);
        }
    }

    private static double success(EditPreview preview) {
        return success(preview.before(), preview.after(), preview.goal(), preview.mask());
    }

    private static double success(INDArray before, INDArray after, INDArray goal, INDArray mask) {
        MaskedL1 distance = MaskedL1.forRange(ImageRange.SYMMETRIC);
        return 1
                - distance.mean(after, goal, mask, MaskSide.INSIDE)
                        / distance.mean(before, goal, mask, MaskSide.INSIDE);
    }

    @BeforeAll
    static void learn() throws IOException {
        ComputeThreads.use(1);
        avatars = BundledGenerator.load();
        judge = BundledNetworks.evaluation();
        // The big smile of sample 15, shown on 16 heads.
        Edit edit = Edit.copy(Sample.of(15), MOUTH).pasteInto(Sample.range(1, 2000, 2016), MOUTH);
        smile = Learnt.from(EditPlan.of(edit, "layer5", 16).withGamma(0.7));
        smiling = smile.onUnseen(UNSEEN);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void successOnAThousandUnseenSeedsIsWithinFivePointsOfTheSeedsOfTheEdit() {
        double shown = smile.successOnItsContexts(smiling.mask());
        assertThat(Subject.samples(smiling.subjects()))
                .hasSize(UNSEEN)
                .doesNotContainAnyElementsOf(smile.plan().edit().samples());
        assertThat(shown).isGreaterThan(0.8);
        assertThat(success(smiling)).isCloseTo(shown, within(0.05));
    }

    @Test
    void frownsBecomeSmiles() {
        Set<String> wanted = Set.of("bigSmile");
        INDArray unedited = smiling.before().get(NDArrayIndex.interval(0, JUDGED));
        INDArray edited = smiling.after().get(NDArrayIndex.interval(0, JUDGED));
        double before = Worn.rate(judge, unedited, "mouth", wanted);
        double after = Worn.rate(judge, edited, "mouth", wanted);
        assertThat(after).isGreaterThan(before + 0.3).isGreaterThan(0.95);
        int frowns = 0;
        int turned = 0;
        for (int n = 0; n < JUDGED; n++) {
            if (Worn.rate(judge, picture(unedited, n), "mouth", Set.of("frown")) == 1) {
                frowns++;
                turned += (int) Worn.rate(judge, picture(edited, n), "mouth", wanted);
            }
        }
        assertThat(frowns).isGreaterThan(JUDGED / 10);
        assertThat(turned).isGreaterThan((int) (0.9 * frowns));
    }

    private static INDArray picture(INDArray images, int n) {
        return images.get(NDArrayIndex.interval(n, n + 1));
    }

    @Test
    void everyHeadGetsAMoustache() {
        EditPreview unseen = Learnt.from(AvatarEdits.moustache().plan()).onUnseen(JUDGED);
        double area = Worn.share(unseen.before(), unseen.after(), unseen.goal(), unseen.mask());
        double shaven = Worn.rate(judge, unseen.before(), "facialHair", Set.of("none"));
        double left = Worn.rate(judge, unseen.after(), "facialHair", Set.of("none"));
        Set<String> moustaches = Set.of("walrus", "beardMustache", "pyramid");
        double before = Worn.rate(judge, unseen.before(), "facialHair", moustaches);
        double after = Worn.rate(judge, unseen.after(), "facialHair", moustaches);
        assertThat(area).isGreaterThan(0.8);
        assertThat(left).isLessThan(0.05).isLessThan(shaven - 0.3);
        assertThat(after).isGreaterThan(0.8).isGreaterThan(before + 0.3);
    }

    /** The bun is copied onto four bald heads; others are bald as well, or not meant. */
    @Test
    void aBunSitsOnBaldHeads() {
        AvatarEdits.NamedEdit edit = AvatarEdits.bun();
        Learnt bun = Learnt.from(edit.plan());
        EditPreview bald = EditPreview.of(bun.memory, bun.patch, edit.plan().edit(), edit.meantFor());
        double area = Worn.share(bald.before(), bald.after(), bald.goal(), bald.mask());
        double before = Worn.rate(judge, bald.before(), "hair", BUNS);
        double after = Worn.rate(judge, bald.after(), "hair", BUNS);
        assertThat(area).isGreaterThan(0.8);
        assertThat(after).isGreaterThan(before + 0.3).isGreaterThanOrEqualTo(0.8);
    }
}
