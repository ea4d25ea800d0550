package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.generator.foreign.ToyGraph;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlannedRewriteTest {
    private static final Region REGION = Region.rectangle(2, 3, 2, 1);
    private static final EditPlan PLAN = EditPlan.of(
                    Edit.copy(Sample.of(1), REGION).pasteInto(Sample.of(2), REGION), "gained", 1)
            .measuredOn(0);

    private static String named(Method method) {
        return PlannedRewrite.of(PLAN.by(method)).name();
    }

    @Test
    void everyMethodIsItsStrategy() {
        assertThat(List.of(Method.Solver.values()))
                .extracting(solver -> named(new Method.LowRank(2, solver, Method.Directions.ZCA, 0.2)))
                .containsExactly("low-rank/levenberg-marquardt", "low-rank/adam", "low-rank/projected-gradient");
        assertThat(List.of(Method.Form.values()))
                .extracting(form -> named(new Method.ClosedForm(form, Method.KeyKind.PATCHES, 1)))
                .containsExactly(
                        "closed-form/patches/ExactUpdate",
                        "closed-form/patches/RidgeUpdate",
                        "closed-form/patches/RomeUpdate",
                        "closed-form/patches/MemitUpdate");
        assertThat(named(new Method.ClosedForm(Method.Form.RIDGE, Method.KeyKind.CHANNELS, 1)))
                .startsWith("closed-form/channels");
        assertThat(named(new Method.UnitAblation(0.1))).isEqualTo("unit-ablation");
    }

    @Test
    void settingsReachTheStrategy() {
        try (Generator toy = SameDiffGenerator.of(ToyGraph.generator())
                .input("z", 6)
                .output("image")
                .build()) {
            EditPlan plan = PLAN.by(new Method.ClosedForm(Method.Form.RIDGE, Method.KeyKind.CHANNELS, 1e-3));
            Rewrite near = PlannedRewrite.of(plan).rewrite(toy.memory("gained"), plan.edit());
            EditPlan stiff = PLAN.by(new Method.ClosedForm(Method.Form.RIDGE, Method.KeyKind.CHANNELS, 1e3));
            Rewrite far = PlannedRewrite.of(stiff).rewrite(toy.memory("gained"), plan.edit());
            assertThat(near.report().change().relativeNorm())
                    .isGreaterThan(3 * far.report().change().relativeNorm());
        }
    }
}
