package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.closedform.ClosedForm;
import io.github.rewrite4j.samediff.closedform.ExactUpdate;
import io.github.rewrite4j.samediff.closedform.KeyNullSpace;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.generator.foreign.ToyGraph;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Rules after one another in the null space of earlier keys, and several in one system. */
class StackedEditsTest {
    private static final Generator TOY = SameDiffGenerator.of(ToyGraph.generator())
            .input("z", 6)
            .output("image")
            .build();
    private static final Generator AVATARS = Avatars.load();
    private static final Region CROWN = Region.ellipse(32, 10, 10, 8);
    private static final Region LIP = Region.ellipse(32, 37, 9, 2.5);
    private static final Edit BUN = Edit.copy(Sample.of(17), CROWN).pasteInto(Sample.list(4, 9), CROWN);
    private static final Edit MOUSTACHE = Edit.copy(Sample.of(204), LIP).pasteInto(Sample.list(23, 31), LIP);

    @AfterAll
    static void close() {
        AVATARS.close();
        TOY.close();
    }

    private static Rule rule(AssociativeMemory memory, int seed, Box box) {
        Keys keys = memory.keys(TOY.sample(1, seed));
        INDArray values = memory.values(keys).tensor();
        return new Rule(keys, values.add(Avatars.random(seed, values.shape()).muli(0.5)), List.of(box));
    }

    private static INDArray in(Box box, INDArray maps) {
        return maps.get(
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.interval(box.top(), box.bottom()),
                NDArrayIndex.interval(box.left(), box.right()));
    }

    private static double moved(AssociativeMemory memory, Patch patch, Rule rule) {
        INDArray before = memory.values(rule.keys()).tensor();
        INDArray after = memory.with(patch).values(rule.keys()).tensor();
        Box box = rule.boxes().get(0);
        return in(box, after).sub(in(box, before)).amaxNumber().doubleValue();
    }

    @Test
    void aLaterRuleLeavesTheValuesOfAnEarlierOneExactly() {
        AssociativeMemory memory = TOY.memory("gained");
        Rule earlier = rule(memory, 5, new Box(3, 3, 5, 5));
        Rule later = rule(memory, 6, new Box(2, 4, 4, 6));
        for (ClosedForm form : List.of(ExactUpdate.exact().withRidge(1e-6), RidgeUpdate.of(0.1))) {
            ClosedFormRewrite strategy = ClosedFormRewrite.onPatches(form).statistics(50, 1);
            AssociativeMemory once = memory.with(
                    strategy.rewrite(memory, earlier, RewriteListener.SILENT).patch());

            Rewrite naive = strategy.rewrite(once, later, RewriteListener.SILENT);
            Rewrite keeping = strategy.keeping(earlier).rewrite(once, later, RewriteListener.SILENT);

            assertThat(moved(once, keeping.patch(), earlier)).isLessThan(2e-6);
            assertThat(moved(once, naive.patch(), earlier)).isGreaterThan(1e-3);
            assertThat(moved(once, keeping.patch(), later)).isGreaterThan(0.1);
        }
    }

    @Test
    void aLayerThatIsFullSaysSo() {
        AssociativeMemory memory = TOY.memory("gained");
        Rule wide = rule(memory, 5, new Box(0, 0, 8, 8));
        ClosedFormRewrite full = ClosedFormRewrite.onChannels(RidgeUpdate.of(0.1))
                .statistics(20, 1)
                .keeping(wide);
        assertThatThrownBy(() -> full.rewrite(memory, rule(memory, 6, new Box(2, 4, 4, 6)), RewriteListener.SILENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("span all")
                .hasMessageContaining("another layer");
    }

    @Test
    void aLowRankRuleTakesDirectionsOutsideThoseOfEarlierKeys() {
        AssociativeMemory memory = AVATARS.memory("layer5");
        Matrix keys = EarlierKeys.of(memory, BUN);
        KeyNullSpace most = KeyNullSpace.ofMost(keys, 0.99);
        LowRankRewrite strategy = LowRankRewrite.rank(2).statistics(32, 1).evaluatedOn(0, 2);

        Patch free = strategy.rewrite(memory, MOUSTACHE).patch();
        Patch keeping = strategy.keeping(most).rewrite(memory, MOUSTACHE).patch();

        assertThat(most.room()).isLessThan(most.dimension());
        double before = share(free, keys);
        double after = share(keeping, keys);
        assertThat(after).isLessThan(0.2 * before);
        assertThat(most.projected(directions(keeping))
                        .minus(directions(keeping))
                        .gram()
                        .trace())
                .isLessThan(1e-10);
        assertThat(keeping.notes().get("recipe")).contains("directions of earlier keys");
    }

    /** |D K|^2 over |K|^2: how much of the keys the directions see. */
    private static double share(Patch patch, Matrix keys) {
        return directions(patch).multiply(keys).gram().trace() / keys.gram().trace();
    }

    private static Matrix directions(Patch patch) {
        return Matrix.of(((WeightDelta.LowRank) patch.deltas().get(0)).right());
    }

    @Test
    void earlierPatchesShowTheirKeys() {
        AssociativeMemory plain = AVATARS.memory("layer5");
        Patch bun = LowRankRewrite.rank(3)
                .statistics(32, 1)
                .evaluatedOn(0, 2)
                .rewrite(plain, BUN)
                .patch();
        Matrix keys = EarlierKeys.of(plain.with(bun), Sample.list(4, 9), RewriteListener.SILENT);
        assertThat(keys.rows()).isEqualTo(plain.spec().keyShape().channels());
        assertThat(keys.columns()).isGreaterThan(9);
        assertThatThrownBy(() -> EarlierKeys.of(plain, Sample.list(4, 9), RewriteListener.SILENT))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("No patch is in force");
    }

    @Test
    void editsAreSolvedTogether() {
        AssociativeMemory memory = AVATARS.memory("layer5");
        LowRankRewrite each = LowRankRewrite.rank(2).statistics(32, 1).evaluatedOn(0, 2);

        Rewrite joint = JointRewrite.by(each).rewrite(memory, List.of(BUN, MOUSTACHE));

        Patch bun = each.rewrite(memory, BUN).patch();
        Patch moustache = each.rewrite(memory, MOUSTACHE).patch();
        AssociativeMemory together = memory.with(joint.patch());
        AssociativeMemory added = memory.with(bun).with(moustache);
        assertThat(error(together, memory, BUN) + error(together, memory, MOUSTACHE))
                .isLessThan(error(added, memory, BUN) + error(added, memory, MOUSTACHE));
        assertThat(joint.patch().deltas().get(0).rank()).isEqualTo(4);
        assertThat(joint.report().strategy()).isNotBlank();
        assertThat(joint.patch().notes()).containsEntry("strategy", "joint/low-rank/levenberg-marquardt");
        assertThat(PatchSamples.of(joint.patch()).orElseThrow().samples()).contains(Sample.of(4), Sample.of(31));
        assertThatThrownBy(() -> JointRewrite.by(each.ofRank(1000)).rewrite(memory, List.of(BUN, MOUSTACHE)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("2000 directions");
        assertThatThrownBy(() -> JointRewrite.by(each).rewrite(memory, List.of(BUN, BUN)))
                .hasMessageContaining("share directions");
    }

    /** Mean distance of the values at the pastes of an edit from its goal. */
    private static double error(AssociativeMemory rewritten, AssociativeMemory memory, Edit edit) {
        Rule rule = EditCompiler.rule(memory, edit);
        INDArray values = rewritten.values(rule.keys()).tensor();
        double sum = 0;
        for (int n = 0; n < rule.boxes().size(); n++) {
            Box box = rule.boxes().get(n);
            INDArray left = in(box, values).sub(in(box, rule.goal()));
            sum += left.get(NDArrayIndex.point(n)).norm1Number().doubleValue() / left.length();
        }
        return sum;
    }

    @Test
    void closedFormsSolveTheirPairsTogether() {
        AssociativeMemory memory = AVATARS.memory("layer6");
        Region small = Region.ellipse(32, 12, 4, 4);
        Region other = Region.ellipse(20, 40, 4, 4);
        Edit first = Edit.copy(Sample.of(17), small).pasteInto(Sample.of(4), small);
        Edit second = Edit.copy(Sample.of(22), other).pasteInto(Sample.of(9), other);
        ClosedFormRewrite form = ClosedFormRewrite.onPatches(RidgeUpdate.of(0.01))
                .statistics(10, 1)
                .evaluatedOn(0, 2);
        Rewrite joint = JointRewrite.by(form).rewrite(memory, List.of(first, second));
        int pairs = Integer.parseInt(joint.patch().notes().getOrDefault("pairs", "0"));
        int apart = EditCompiler.rule(memory, first).boxes().stream()
                        .mapToInt(StackedEditsTest::area)
                        .sum()
                + EditCompiler.rule(memory, second).boxes().stream()
                        .mapToInt(StackedEditsTest::area)
                        .sum();
        assertThat(pairs).isEqualTo(apart);
        assertThat(joint.report().lossAfter()).isLessThan(joint.report().lossBefore());
    }

    private static int area(Box box) {
        return box.height() * box.width();
    }
}
